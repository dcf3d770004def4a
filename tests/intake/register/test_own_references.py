"""The same reference is another customer in each campaign that has references of its own: for whoever calls, for what
they did in the end, and for what they ask of us."""

import json
from typing import Any

import pytest

from services.intake.privacy.export_words import as_lines
from shared.contracts import CommunicationsIssued
from shared.customers.letter_reference import letter_reference
from shared.customers.reference import OWN, CustomerReference
from shared.customers.subject_access import Export
from shared.customers.token import customer_token
from shared.events import first_event
from shared.protection import load_keyring
from tests.intake.given.letters import UNKNOWN, handlers, report, send
from tests.intake.given.outcomes import outcome, post, told
from tests.intake.given.subjects import protect
from tests.support.clocks import NOON
from tests.support.inside import Corner, Inside
from tests.support.samples import sample

ONE, OTHER = "OTM-26-0042", "OTM-26-0043"
BOTH = (ONE, OTHER)
LETTERS = {ONE: letter_reference(601, b"k"), OTHER: letter_reference(602, b"k")}
"""To the T-0001 of each campaign."""


def case(campaign: str | None, number: int = 1) -> dict[str, Any]:
    """Returns a reference as a customer gives it who may not know the campaign."""
    return {"kind": "own", "reference": f"t-{number:04d} "} | ({"campaign": campaign} if campaign else {})


async def write_to(intake: Inside, corner: Corner, campaign: str, letter: str) -> None:
    known = CustomerReference(kind=OWN, reference="T-0001", campaign=campaign)
    token = customer_token(load_keyring(corner.home.keyring), known)
    to_them = [{"reference": letter, "arm": "plain", "language": "en", "customer": token}]
    issued = sample(CommunicationsIssued, campaign=campaign, chunk=int(letter == UNKNOWN) + 30, communications=to_them)
    await handlers(intake).register_letters(first_event(issued, "somebody", NOON))


@pytest.fixture(autouse=True)
async def letters(intake: Inside, corner: Corner) -> None:
    for campaign, letter in LETTERS.items():
        await write_to(intake, corner, campaign, letter)


async def ask(intake: Inside, campaign: str | None) -> Any:
    async with intake.caller("helpline") as helpline:
        return await helpline.post("/v1/look-up", json={"customer_reference": case(campaign)})


async def contacts_of(intake: Inside, campaign: str, number: int = 1) -> int:
    answer = await protect(intake, "exports", {"customer_reference": case(campaign, number)})
    return len(answer.json()["holdings"].get("contacts", [])) if answer.is_success else 0


async def test_a_caller_is_recognised_in_their_campaign_with_their_own_past(intake: Inside) -> None:
    await send(intake, report(letter_reference=LETTERS[ONE], reason="why-me"))
    for reason in ("complaint", "other"):
        await send(intake, report(letter_reference=None, customer_reference=case(OTHER), reason=reason))
    found = [(await ask(intake, campaign)).json() for campaign in BOTH]
    assert [[answer["letter"]["reference"] for answer in each] for each in found] == [[LETTERS[ONE]], [LETTERS[OTHER]]]
    assert [{past["reason"] for past in each[0]["previous"]} for each in found] == [{"why-me"}, {"complaint", "other"}]
    unclear = await ask(intake, None)
    assert (unclear.status_code, unclear.json()["problems"][0]["field"]) == (422, "customer_reference.campaign")
    assert "say of which campaign" in unclear.json()["title"]


async def test_a_contact_that_does_not_say_of_which_campaign_is_of_its_letters_as_soon_as_that_is_known(
    intake: Inside, corner: Corner
) -> None:
    unclear = case(None, 2)
    for letter in (LETTERS[ONE], UNKNOWN, None):
        sent = await send(intake, report(letter_reference=letter, customer_reference=unclear))
        assert (sent.status_code, sent.json()["campaign"]) == (201, ONE if letter == LETTERS[ONE] else None)
    assert [await contacts_of(intake, campaign, 2) for campaign in BOTH] == [1, 0]
    await write_to(intake, corner, OTHER, UNKNOWN)
    assert [await contacts_of(intake, campaign, 2) for campaign in BOTH] == [1, 1]
    nobodys = await intake.service.store["contacts"].find_one({"about": []})
    assert nobodys is not None, "recorded all the same, for nobody that we could name"
    async with intake.caller("helpline") as helpline:
        named = {"report": report(letter_reference=None, customer_reference=case(OTHER, 2)), "why": "asked-again"}
        assert (await helpline.post(f"/v1/contacts/{nobodys['_id']}/corrections", json=named)).is_success
    assert [await contacts_of(intake, campaign, 2) for campaign in BOTH] == [1, 2]


async def test_an_outcome_is_of_the_customer_of_its_campaign(intake: Inside, corner: Corner) -> None:
    by_case = outcome(letter_reference=None, customer_reference=case(None))
    lines = [
        by_case | {"campaign": OTHER}, by_case | {"customer_reference": case(ONE), "outcome": "filed"},
        by_case | {"customer_reference": case(ONE, 9)}, by_case,
        by_case | {"customer_reference": case(ONE), "campaign": OTHER},
    ]  # fmt: skip
    answers = [await post(intake, json.dumps(line).encode(), "") for line in lines]
    assert [(a.status_code, a.json().get("letter")) for a in answers] == [
        (201, LETTERS[OTHER]), (201, LETTERS[ONE]), (201, None), (422, None), (422, None),
    ]  # fmt: skip
    assert answers[2].json()["campaign"] == ONE, "a control customer's, told on by their token"
    assert answers[3].json()["problems"][0]["field"] == "customer_reference.campaign"
    control = CustomerReference(kind=OWN, reference="T-0009", campaign=ONE)
    facts = [fact for event in await told(intake) for fact in event.facts if fact.reference is None]
    assert [fact.customer for fact in facts] == [customer_token(load_keyring(corner.home.keyring), control)]


async def test_a_file_of_outcomes_says_the_campaign_in_a_column_of_its_own(intake: Inside) -> None:
    rows = ["kind,customer_reference,campaign,outcome,on", f"own,T-0001,{OTHER},paid,2026-10-02",
            "own,T-0001,,paid,2026-10-02"]  # fmt: skip
    answer = await post(intake, "\n".join(rows).encode(), kind="text/csv")
    good, bad = [json.loads(line) for line in answer.text.splitlines()]
    assert (good["status"], good["matched"], bad["status"]) == (201, True, 422)
    assert "say of which campaign" in bad["problem"]
    (event,) = await told(intake)
    assert [(event.campaign, fact.reference) for fact in event.facts] == [(OTHER, LETTERS[OTHER])]


async def test_a_customers_request_is_not_applied_to_another_with_the_same_reference(intake: Inside) -> None:
    for letter in LETTERS.values():
        await send(intake, report(letter_reference=letter))
    assert [await contacts_of(intake, campaign) for campaign in BOTH] == [1, 1]
    whom = {"customer_reference": case(ONE)}
    assert (await protect(intake, "restrictions", {"whom": whom, "reason": "legal-claim"})).json() == {"matched": True}
    async with intake.caller("helpline") as helpline:
        shown = [(await helpline.get(f"/v1/letters/{letter}")).status_code for letter in LETTERS.values()]
    assert shown == [403, 200]
    await protect(intake, "restrictions/lift", {"whom": whom, "reason": "settled"})
    erased = (await protect(intake, "erasures", {"whom": whom, "ground": "objection"})).json()["erased"]
    assert erased["contacts"] == 1
    assert [await contacts_of(intake, campaign) for campaign in BOTH] == [0, 1]
    for path, body in (
        ("exports", {"customer_reference": case(None)}),
        ("restrictions", {"whom": {"customer_reference": case(None)}, "reason": "legal-claim"}),
        ("erasures", {"whom": {"customer_reference": case(None)}, "ground": "objection"}),
    ):
        refused = await protect(intake, path, body)
        assert (refused.status_code, refused.json()["problems"][0]["field"]) == (422, "customer_reference.campaign")


async def test_an_export_says_which_campaign_a_reference_was_given_for(intake: Inside) -> None:
    utr = {"kind": "utr", "reference": "1955839661"}
    for given, words in ((case(ONE), f"{ONE} t-0001"), (utr, "UTR 1955839661")):
        await send(intake, report(letter_reference=None, customer_reference=given))
        answer = (await protect(intake, "exports", {"customer_reference": given})).json()
        assert answer["holdings"]["contacts"][0]["said"]["customer_reference"] == given
        assert words in [line.words for line in as_lines(Export.model_validate(answer))]
