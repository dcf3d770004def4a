"""A customer is recognised by whatever they have: a misread reference, their own reference, or what the letter says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.register.misreadings import suggestions
from shared.contracts import CampaignApproved, CommunicationsIssued, LinesToTakePublished
from shared.customers.letter_reference import ALPHABET, letter_reference, parse_letter_reference
from shared.events import first_event
from shared.protection import blind_index, load_keyring
from tests.intake.given.letters import ENGLISH, LATER, UNKNOWN, handlers, report, send
from tests.support.clocks import NOON
from tests.support.inside import Corner, Inside
from tests.support.samples import sample

UTR = {"kind": "utr", "reference": "19558 39661"}
NEWER = letter_reference(77, b"k")
references = st.integers(0, 10**12).map(lambda number: letter_reference(number, b"k"))


async def ask(intake: Inside, **known: Any) -> Any:
    async with intake.caller("helpline") as helpline:
        answer = await helpline.post("/v1/look-up", json=known)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def write_to(intake: Inside, corner: Corner, reference: str, campaign: str, issued_at: str) -> None:
    """A letter to the customer of `UTR`."""
    token = blind_index(load_keyring(corner.home.keyring), "customer", "1955839661")
    letter = {"reference": reference, "arm": "plain", "language": "en", "customer": token}
    issued = sample(CommunicationsIssued, campaign=campaign, chunk=9, communications=[letter], issued_at=issued_at)
    await handlers(intake).register_letters(first_event(issued, "somebody", NOON))


@pytest.mark.parametrize("misread", ["7KM2X-Q4R9F", "7KM2X-04R9E", "7kn2x q4r9e", "?KM2X-Q4R9E"])
async def test_a_misread_reference_brings_up_the_letter_it_may_have_been(intake: Inside, misread: str) -> None:
    async with intake.caller("helpline") as helpline:
        answer = await helpline.get(f"/v1/letters/{misread.replace('?', 'I')}")
    suggested = [problem["message"] for problem in answer.json()["problems"] if problem["rule"] == "suggestion"]
    assert answer.status_code == 422
    assert (suggested == [ENGLISH]) == (misread != "7KM2X-Q4R9F"), "F is neither like E nor caught otherwise"


@given(references, st.integers(0, 8), st.sampled_from("01ILO"))
def test_a_character_that_no_reference_has_is_always_mended(reference: str, place: int, character: str) -> None:
    characters = reference.replace("-", "")
    assert reference in suggestions(characters[:place] + character + characters[place + 1 :])


@given(st.text(max_size=60))
def test_only_references_that_can_be_are_ever_suggested(text: str) -> None:
    found = suggestions(text)
    assert all(parse_letter_reference(reference) == reference for reference in found)
    assert all(set(reference.replace("-", "")) <= set(ALPHABET) for reference in found)


async def test_a_customer_is_recognised_by_their_own_reference_in_every_campaign(
    intake: Inside, corner: Corner
) -> None:
    await write_to(intake, corner, UNKNOWN, "OTM-26-0042", "2026-09-07T06:00:00Z")
    await write_to(intake, corner, NEWER, "OTM-26-0043", "2026-10-01T06:00:00Z")
    found = await ask(intake, customer_reference=UTR)
    assert [answer["letter"]["reference"] for answer in found] == [NEWER, UNKNOWN]
    assert await ask(intake, customer_reference={"kind": "nino", "reference": "AB123456C"}) == []
    async with intake.caller("helpline") as helpline:
        wrong = await helpline.post("/v1/look-up", json={"customer_reference": UTR | {"reference": "2955839661"}})
    assert (wrong.status_code, wrong.json()["problems"][0]["rule"]) == (422, "check-digit")
    assert "2955839661" not in wrong.text


async def test_words_about_one_letter_are_known_when_the_customer_calls_about_another(
    intake: Inside, corner: Corner
) -> None:
    await write_to(intake, corner, UNKNOWN, "OTM-26-0042", "2026-09-07T06:00:00Z")
    await write_to(intake, corner, NEWER, "OTM-26-0043", "2026-10-01T06:00:00Z")
    await send(intake, report(letter_reference=UNKNOWN, outcome="call-back", support_offered="Large print"))
    await send(intake, report(letter_reference=None, customer_reference=UTR, reason="why-me"))
    await send(intake, report(letter_reference=LATER))
    newest, _ = await ask(intake, customer_reference=UTR)
    assert newest["earlier_contacts"] == 2
    assert {(each["reason"], each["outcome"]) for each in newest["previous"]} == {
        ("help-to-act", "call-back"), ("why-me", None),
    }  # fmt: skip
    assert (newest["extra_support"], newest["support_offered"]) == (True, ["Large print"])


async def test_without_any_reference_the_letter_is_found_by_what_it_says(intake: Inside) -> None:
    other = sample(CampaignApproved, campaign="OTM-26-0050", title="Fuel duty on red diesel", arms=[
        {"code": "plain", "channel": "print", "letters": [
            {"language": "en", "subject": "Your red diesel", "body": "We think that you used red diesel on a road."}]}
    ])  # fmt: skip
    lines = sample(LinesToTakePublished, version=2, scripts=[{"title": "Opening", "body": "Ask what they grow."}])
    await handlers(intake).note_campaign(first_event(other, "somebody", NOON))
    await handlers(intake).note_lines_to_take(
        first_event(lines.model_copy(update={"campaign": "OTM-26-0050"}), "somebody", NOON)
    )
    diesel, *_ = await ask(intake, letter_says="something about the diesel I used")
    assert (diesel["campaign"], diesel["letter"]) == ("OTM-26-0050", None)
    assert diesel["scripts"][0]["title"] == "Opening"
    letting, *_ = await ask(intake, letter_says="the rent, letting property income it said")
    assert letting["campaign"] == "OTM-26-0042"
    welsh, *_ = await ask(intake, letter_says="rhywbeth am osod eiddo")
    assert welsh["campaign"] == "OTM-26-0042"
    assert await ask(intake, letter_says="qwertyuiop") == []


async def test_a_look_up_by_two_things_at_once_is_refused(intake: Inside) -> None:
    async with intake.caller("helpline") as helpline:
        for body in ({}, {"letter_reference": ENGLISH, "letter_says": "x"}, {"letter_says": {"$gt": ""}}):
            assert (await helpline.post("/v1/look-up", json=body)).status_code == 422
