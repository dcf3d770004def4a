"""A call handler looks a letter up, and is told what it is about and what to say."""

import pytest

from shared.contracts import LinesToTakePublished
from tests.intake.given.letters import ENGLISH, LATER, OTHER_ARM, UNKNOWN, WELSH, report
from tests.support.inside import Inside
from tests.support.samples import stored

EVERYBODY, PLAIN_ARM, IN_WELSH = stored(LinesToTakePublished)["lines"]


async def look_up(intake: Inside, reference: str, subject: str = "helpline") -> tuple[int, dict[str, object]]:
    async with intake.caller(subject) as caller:
        answer = await caller.get(f"/v1/letters/{reference}")
        return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("reference", "lines"),
    [(ENGLISH, [EVERYBODY, PLAIN_ARM]), (OTHER_ARM, [EVERYBODY]), (WELSH, [IN_WELSH])],
    ids=["plain letter", "other arm", "Welsh letter"],
)
async def test_lines_to_take_depend_on_the_arm_and_language_of_the_letter(
    intake: Inside, reference: str, lines: list[object]
) -> None:
    status, answer = await look_up(intake, reference)
    assert status == 200
    assert answer["lines_to_take"] == lines
    assert (answer["campaign"], answer["title"]) == ("OTM-26-0042", "Undeclared income from letting property")
    assert answer["earlier_contacts"] == 0


async def test_customers_are_answered_from_the_version_their_letter_was_issued_under(intake: Inside) -> None:
    _, before = await look_up(intake, ENGLISH)
    _, after = await look_up(intake, LATER)
    assert str(before).count("Since version 2") == 0
    assert str(after).count("Since version 2") == 2


@pytest.mark.parametrize("spoken", ["7km2xq4r9e", "7KM2X Q4R9E", " 7km2x-q4r9E ", "7-K-M-2-X-Q-4-R-9-E"])
async def test_a_reference_is_understood_as_it_is_read_out(intake: Inside, spoken: str) -> None:
    status, answer = await look_up(intake, spoken)
    assert status == 200
    assert answer["letter"]["reference"] == ENGLISH  # type: ignore[index]


async def test_a_misread_reference_and_a_letter_that_nobody_sent_are_told_apart(intake: Inside) -> None:
    status, answer = await look_up(intake, "7KM2X-Q4R9D")
    assert (status, answer["problems"][0]["rule"]) == (422, "check-character")  # type: ignore[index]
    status, answer = await look_up(intake, UNKNOWN)
    assert status == 404
    assert "record the contact all the same" in str(answer["title"])


async def test_earlier_contacts_about_the_letter_are_counted(intake: Inside) -> None:
    async with intake.caller("helpline") as helpline:
        for reference in (ENGLISH, "7km2x q4r9e", WELSH):
            await helpline.post("/v1/contacts", json=report(letter_reference=reference))
    assert (await look_up(intake, ENGLISH))[1]["earlier_contacts"] == 2


async def test_that_a_customer_needs_extra_support_is_known_before_they_have_ever_called(intake: Inside) -> None:
    needed = {reference: (await look_up(intake, reference))[1]["extra_support"] for reference in (ENGLISH, WELSH)}
    assert needed == {ENGLISH: True, WELSH: False}


async def test_letters_are_looked_up_by_those_who_may_read_contacts(intake: Inside) -> None:
    for subject in ("letter-issuer", "designer", "analyst"):
        assert (await look_up(intake, ENGLISH, subject))[0] == 403
