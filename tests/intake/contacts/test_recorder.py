"""Contacts are recorded and passed on, and their words are readable to nobody else."""

import json
from datetime import timedelta

import pytest

from shared.contracts import ContactRecorded, InformationVolunteered, ReferralRaised
from shared.retention.retention import Retention
from tests.intake.given.letters import CALLED, ENGLISH, UNKNOWN, kept, report, send
from tests.support.inside import Corner, Inside

WORDS = {
    "caller_name": "Gwenllian Ap Rhys",
    "caller_phone": "01632 960123",
    "note": "Let a flat in Aberwyvern since May",
    "support_offered": "A call back from a Welsh speaker",
}
VOLUNTEERED = {
    "kind": "unprompted-correction",
    "description": "Rent of a second flat in Kirkhallow was left out",
    "period": "tax year 2024-25",
    "amount_pence": 734_567,
}


async def test_a_contact_is_kept_with_its_letter_and_everybody_hears_just_enough(intake: Inside) -> None:
    answer = await send(intake, report(reason="cannot-pay", volunteered=VOLUNTEERED, duration_seconds=828, **WORDS))
    assert answer.status_code == 201
    contact = answer.json()
    assert (contact["letter"], contact["campaign"], contact["arm"]) == (ENGLISH, "OTM-26-0042", "plain")
    assert contact["referred_to"] == ["debt-management"]
    recorded, volunteered, raised = await intake.said()
    event = ContactRecorded.model_validate_json(recorded.body)
    assert (event.contact, event.letter, event.campaign) == (contact["contact"], ENGLISH, "OTM-26-0042")
    assert (event.reason, event.team, event.duration_seconds, event.arm) == ("cannot-pay", "helpline", 828, "plain")
    told = InformationVolunteered.model_validate_json(volunteered.body)
    assert (told.disclosure, told.kind, told.arm) == (contact["disclosure"], "unprompted-correction", "plain")
    referral = ReferralRaised.model_validate_json(raised.body)
    assert (referral.team, referral.reason) == ("debt-management", "time-to-pay")
    assert {event.contact, told.contact, referral.contact} == {contact["contact"]}


@pytest.mark.parametrize(
    ("reference", "canonical", "known"),
    [
        (ENGLISH, ENGLISH, True),
        (" 7km2x q4r9e", ENGLISH, True),
        ("7KM2XQ4R9E", ENGLISH, True),
        (UNKNOWN, UNKNOWN, False),
        ("7KM2X-Q4R9D", None, False),
        ("the one about my flat", None, False),
        ("", None, False),
        (None, None, False),
    ],
)
async def test_nobody_is_turned_away_for_a_letter_we_cannot_make_out(
    intake: Inside, reference: str | None, canonical: str | None, known: bool
) -> None:
    answer = await send(intake, report(letter_reference=reference), path="/v1/letter-issuer/contacts")
    assert answer.status_code == 201
    assert answer.json()["letter"] == canonical
    assert answer.json()["campaign"] == ("OTM-26-0042" if known else None)
    assert await kept(intake) == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("reason", "team"),
    [
        ("cannot-pay", "debt-management"), ("extra-support", "extra-support"), ("complaint", "complaints"),
        ("change-to-return", "compliance"), ("help-to-act", None), ("why-me", None), ("not-theirs", None),
        ("other", None),
    ],
)  # fmt: skip
async def test_a_contact_is_passed_to_the_team_that_its_reason_is_for(
    intake: Inside, reason: str, team: str | None
) -> None:
    answer = await send(intake, report(reason=reason))
    assert answer.json()["referred_to"] == ([team] if team else [])


async def test_words_of_a_customer_can_be_read_with_the_scope_and_not_in_the_store(intake: Inside) -> None:
    spoken = "7km2x q4r9e"
    answer = await send(intake, report(letter_reference=spoken, volunteered=VOLUNTEERED, **WORDS))
    path = f"/v1/contacts/{answer.json()['contact']}"
    async with intake.caller("helpline") as helpline, intake.caller("designer") as designer:
        contact = (await helpline.get(path)).json()
        assert (await designer.get(path)).status_code == 403
    assert {name: contact["report"][name] for name in WORDS} == WORDS
    assert contact["report"]["letter_reference"] == spoken
    collections = [intake.service.store[name] for name in await intake.service.store.database.list_collection_names()]
    stored = "".join([str(document) for collection in collections async for document in collection.find()])
    secrets = {*WORDS.values(), VOLUNTEERED["description"], VOLUNTEERED["period"], "734567", spoken}
    assert ENGLISH in stored  # a reference is no secret
    assert [secret for secret in secrets if str(secret) in stored] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ('"letter_reference": {"$gt": ""}', "body.letter_reference"),
        ('"reason": {"$ne": "other"}', "body.reason"),
        ('"$where": "sleep(1000)"', "body.$where"),
        ('"duration_seconds": NaN', "body.duration_seconds"),
        ('"duration_seconds": -1', "body.duration_seconds"),
        ('"received_at": NaN', "body.received_at"),
        ('"received_at": "2026-09-10T10:20:00"', "body.received_at"),
        ('"volunteered": {"kind": "disclosure", "description": "x", "amount_pence": Infinity}',
         "body.volunteered.amount_pence"),
        ('"note": "\\ud800"', "body.note"),
        (f'"note": "{"x" * 4_001}"', "body.note"),
        ('"letter": "OTM-26-0042"', "body.letter"),
    ],
)  # fmt: skip
async def test_a_report_with_a_wrong_value_is_refused_by_its_field(intake: Inside, change: str, field: str) -> None:
    text = json.dumps(report())[:-1] + f", {change}}}"
    async with intake.caller("helpline") as helpline:
        answer = await helpline.post("/v1/contacts", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["problems"]] == [field]
    assert await kept(intake) == [0, 0, 0, 0]


async def test_contacts_are_counted_by_what_they_were_about(intake: Inside) -> None:
    for changes in ({}, {}, {"reason": "complaint"}, {"volunteered": VOLUNTEERED}, {"letter_reference": UNKNOWN}):
        await send(intake, report(**changes))
    async with intake.caller("operator") as operator:
        counts = (await operator.get("/v1/campaigns/OTM-26-0042/contacts")).json()
    assert counts == {
        "campaign": "OTM-26-0042", "letters_registered": 4, "contacts": {"help-to-act": 3, "complaint": 1},
        "volunteered": 1, "referrals": {"complaints": 1},
    }  # fmt: skip


@pytest.mark.parametrize("at", ["1926-09-10T10:20:00Z", "2024-09-08T10:20:00Z", "2026-09-12T10:20:00Z"])
async def test_a_contact_whose_year_was_mistyped_is_refused_and_not_kept_to_be_deleted(intake: Inside, at: str) -> None:
    right = report(received_at="2024-09-11T10:20:00Z")
    async with intake.caller("helpline") as helpline:
        one = await helpline.post("/v1/contacts", json=report(received_at=at))
        lines = "\n".join(json.dumps(each) for each in (report(received_at=at), right))
        stream = await helpline.post("/v1/contacts/batch", content=lines)
        answers = [json.loads(line) for line in stream.text.splitlines()]
        path = f"/v1/contacts/{answers[1]['contact']}/corrections"
        corrected = await helpline.post(path, json={"report": report(received_at=at), "why": "date"})
        assert (await helpline.post(path, json={"report": right, "why": "again"})).status_code == 200
    assert {answer.json()["problems"][0]["field"] for answer in (one, corrected)} == {"received_at"}
    assert [one.status_code, *(line["status"] for line in answers), corrected.status_code] == [422, 422, 201, 422]
    assert "check the date" in answers[0]["problem"]
    assert (await kept(intake))[0] == 1


async def test_a_contact_is_kept_for_as_long_as_agreed_from_when_it_was_recorded(
    intake: Inside, corner: Corner
) -> None:
    await send(intake, report(received_at="2024-09-11T10:20:00Z", volunteered=VOLUNTEERED))
    for days, left in ((1_090, [1, 1]), (1_100, [0, 1])):
        corner.move_clock(CALLED + timedelta(days=days))
        while await intake.part(Retention).step():
            pass
        assert (await kept(intake))[:2] == left
