"""Corrections of contacts: the counts follow, everybody hears, and earlier versions stay known."""

import asyncio
from typing import Any

import httpx

from shared.contracts import CommunicationsIssued, ContactCorrected
from shared.events import first_event
from tests.intake.given.letters import ENGLISH, UNKNOWN, WELSH, handlers, report, send
from tests.support.clocks import NOON
from tests.support.inside import Inside
from tests.support.samples import sample


async def volumes(intake: Inside, **query: Any) -> list[dict[str, Any]]:
    async with intake.caller("operator") as operator:
        answer = await operator.get("/v1/volumes", params=query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()
        return found


async def reasons(intake: Inside, campaign: str | None = "OTM-26-0042") -> dict[str, int]:
    query = {"by": "reason"} | ({"campaign": campaign} if campaign else {})
    return {volume["reason"]: volume["contacts"] for volume in await volumes(intake, **query)}


async def change(intake: Inside, contact: str, step: str, body: Any, key: str | None = None) -> httpx.Response:
    async with intake.caller("helpline") as helpline:
        headers = {"Idempotency-Key": key} if key else {}
        return await helpline.post(f"/v1/contacts/{contact}/{step}", json=body, headers=headers)


async def test_contacts_are_counted_by_quarter_of_an_hour_whenever_they_are_told(intake: Inside) -> None:
    moments = [
        "2026-09-10T11:20:00Z", "2026-09-10T10:14:59Z", "2026-09-10T10:15:00Z", "2026-09-10T11:29:00+01:00",
        "2026-09-10T10:30:00Z",
    ]  # fmt: skip
    for number, at in enumerate(reversed(moments)):
        for _ in range(2):  # each report comes twice
            await send(intake, report(received_at=at, letter_reference=(ENGLISH, WELSH)[number % 2]), f"call-{number}")
    await send(intake, report(letter_reference=UNKNOWN))
    by_quarter = await volumes(intake, campaign="OTM-26-0042", by=["quarter"])
    assert [(v["quarter"], v["contacts"]) for v in by_quarter] == [
        ("2026-09-10T10:00:00Z", 1), ("2026-09-10T10:15:00Z", 2), ("2026-09-10T10:30:00Z", 1),
        ("2026-09-10T11:15:00Z", 1),
    ]  # fmt: skip
    since = await volumes(intake, campaign="OTM-26-0042", by=["arm", "team"], since="2026-09-10T10:15:00Z")
    assert [(v["arm"], v["team"], v["contacts"]) for v in since] == [("plain", "helpline", 4)]
    assert await reasons(intake, None) == {"help-to-act": 1}


async def test_a_correction_moves_the_counts_and_keeps_what_was_there(intake: Inside) -> None:
    contact = (await send(intake, report(reason="complaint", note="Angry"), "call-1")).json()
    fixed = report(reason="why-me", note="Not angry at all")
    right = {"report": fixed, "why": "wrong-button"}
    first = await change(intake, contact["contact"], "corrections", right, "fix-1")
    again = await change(intake, contact["contact"], "corrections", right, "fix-1")
    other = await change(intake, contact["contact"], "corrections", right | {"why": "other"}, "fix-1")
    assert (first.status_code, again.json(), other.status_code) == (200, first.json(), 409)
    more = fixed | {"volunteered": {"kind": "disclosure", "description": "A second flat"}}
    told = await change(intake, contact["contact"], "corrections", {"report": more, "why": "wrong-button"})
    assert (told.status_code, told.json()["problems"][0]["field"]) == (422, "report.volunteered")
    assert await reasons(intake) == {"why-me": 1}
    said = [ContactCorrected.model_validate_json(e.body) for e in await intake.said() if "corrected" in e.type]
    assert [(e.version, e.reason, e.void) for e in said] == [(2, "why-me", False)]
    async with intake.caller("helpline") as helpline:
        (earlier,) = (await helpline.get(f"/v1/contacts/{contact['contact']}/history")).json()
    assert (earlier["contact"]["report"]["note"], earlier["by"], earlier["why"]) == (
        "Angry",
        "helpline",
        "wrong-button",
    )
    assert (await send(intake, report(reason="complaint", note="Angry"), "call-1")).json() == contact
    rows = [str(row) async for row in intake.service.store["contact_history"].find()]
    assert len(rows) == 1
    assert "Angry" not in rows[0]


async def test_a_void_contact_counts_for_nothing_and_cannot_be_corrected(intake: Inside) -> None:
    contact = (await send(intake, report())).json()["contact"]
    for _ in range(2):
        assert (await change(intake, contact, "void", {"why": "recorded-twice"}, "v")).json()["void"] is True
    assert await reasons(intake) == {}
    assert (await change(intake, contact, "corrections", {"report": report(), "why": "x"})).status_code == 409
    assert (await change(intake, contact, "void", {"why": "again"})).status_code == 409


async def test_two_who_correct_at_once_are_one_after_the_other_or_told_so(intake: Inside) -> None:
    contact = (await send(intake, report())).json()["contact"]
    wanted = ("why-me", "complaint", "other", "not-theirs")
    bodies = [{"report": report(reason=reason), "why": "x"} for reason in wanted]
    answers = await asyncio.gather(*(change(intake, contact, "corrections", body) for body in bodies))
    good = [answer for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} <= {200, 412}
    assert good
    assert sum((await reasons(intake)).values()) == 1
    async with intake.caller("helpline") as helpline:
        assert len((await helpline.get(f"/v1/contacts/{contact}/history")).json()) == len(good)


async def test_a_contact_that_came_before_its_letter_finds_its_campaign(intake: Inside) -> None:
    """The event that tells of the letter comes twice as well."""
    await send(intake, report(letter_reference=UNKNOWN))
    assert await reasons(intake, None) == {"help-to-act": 1}
    letter = [{"reference": UNKNOWN, "arm": "plain", "language": "en"}]
    event = first_event(sample(CommunicationsIssued, chunk=8, communications=letter), "somebody", NOON)
    for _ in range(2):
        await handlers(intake).register_letters(event)
    assert (await reasons(intake, None), await reasons(intake)) == ({}, {"help-to-act": 1})
    corrected = [e for e in await intake.said() if e.type == ContactCorrected.event_type]
    assert len(corrected) == 1
