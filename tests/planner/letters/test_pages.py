"""Letters of a plan on a page: each as its customer, or their agent, would get it."""

from tests.planner.given.people import People
from tests.planner.given.plans import plan
from tests.support.browsing import Browser
from tests.support.pdf_text import pdf_text

LETTERS = "/campaigns/OTM-26-0001/letters"


async def test_a_letter_is_shown_by_arm_language_format_and_reader(drafted: People, designer: Browser) -> None:
    assert LETTERS in (await designer.get("/campaigns/OTM-26-0001")).links
    first = await designer.get(LETTERS)
    assert "Dear Alex Specimen" in first.words
    assert "30 October 2026" in first.words
    welsh = await designer.get(f"{LETTERS}?arm=social-norm&language=cy&format=large-print")
    assert "Annwyl Gwenllïan Ŵyn Enghraifft" in welsh.words
    assert "30 Hydref 2026" in welsh.words
    assert "site-letter--large" in welsh.answer.text
    agents = await designer.get(f"{LETTERS}?arm=plain&reader=agent")
    assert "Dear Specimen and Partners" in agents.words
    link = next(each for each in agents.links if each.startswith(f"{LETTERS}/pdf"))
    pdf = (await designer.get(link)).answer
    assert "Dear Specimen and Partners" in pdf_text(pdf.content)


async def test_a_letter_that_there_is_not_is_said_beside_those_that_there_are(
    drafted: People, designer: Browser
) -> None:
    for wrong in ("arm=control", "language=fr", "format=braille", "arm=plain&reader=nobody"):
        page = await designer.get(f"{LETTERS}?{wrong}")
        assert (page.status, page.heading) == (404, "OTM-26-0001 Letters"), wrong
        assert {"arm", "language", "format", "reader"} <= page.ids
    assert (await designer.get(f"{LETTERS}/pdf?arm=control")).status == 404
    assert (await designer.get(f"{LETTERS}?arm={'x' * 61}")).status == 422


async def test_marks_and_links_in_a_letter_are_ours_alone(drafted: People, designer: Browser) -> None:
    changed = plan()
    changed["arms"][1]["letters"][0]["body"] = "# Rent\n\n<script>x</script> ![a](https://b.example/c.png) {{ name }}"
    await drafted.done("designer", "PUT", "/plan", {"plan": changed})
    page = await designer.get(f"{LETTERS}?arm=plain&language=en")
    assert "<h3>Rent</h3>" in page.answer.text
    assert "<script>x" not in page.answer.text
    assert "<img" not in page.answer.text
