"""Lines to take over HTTP: written by one person, approved by another, and readable for ever."""

from tests.planner.given.people import REASON, People
from tests.planner.given.problems import broken


async def test_lines_to_take_are_approved_by_somebody_else_and_every_version_can_be_read(people: People) -> None:
    await people.draft()
    written = await people.done(
        "designer",
        "PUT",
        "/lines-to-take",
        {"lines": [{"question": "Why?", "answer": "**Because** <script>x</script>"}]},
    )
    assert (written["published"], written["proposed"]["version"]) == (None, 1)
    assert (await people.do("designer", "POST", "/lines-to-take/1/approval", REASON)).status_code == 403
    await people.done("lines-editor", "POST", "/lines-to-take/1/approval", REASON)
    await people.word([{"question": "Why now?", "answer": "It is time"}])
    assert (await people.do("lines-editor", "POST", "/lines-to-take/2/approval", REASON)).status_code == 409
    assert (await people.read("/lines-to-take"))["published"]["version"] == 2
    assert (await people.read("/lines-to-take/1"))["lines"][0]["question"] == "Why?"
    page = await (await people.by("designer")).get(f"{people.campaign}/lines-to-take/1/page")
    assert "<strong>Because</strong>" in page.text
    assert "<script>" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert (await (await people.by("designer")).get(f"{people.campaign}/lines-to-take/3")).status_code == 404
    wrong = {"lines": [{"question": "Why?", "answer": "So", "arms": ["no-such-arm"]}]}
    assert broken(await people.do("designer", "PUT", "/lines-to-take", wrong)) == {
        ("lines_to_take.lines.0.arms", "known-arm")
    }
