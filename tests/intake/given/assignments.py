"""Disclosures about letters of two campaigns, each with a process of its own."""

from typing import Any

from shared.contracts import CampaignApproved, CommunicationsIssued, InformationAssigned
from shared.customers.letter_reference import letter_reference
from shared.events import first_event
from tests.intake.given.letters import handlers, report, send
from tests.support.clocks import NOON
from tests.support.inside import Inside
from tests.support.samples import sample

SAID = {"kind": "disclosure", "description": "Two flats were left out"}
OTHER, OTHERS = "OTM-26-0043", letter_reference(600, b"k")
"""Another campaign, and a letter of it."""
FIRST_DUE, OTHERS_DUE = "2026-09-24", "2026-09-14"


async def approve(intake: Inside, campaign: str, owner: str, working_days: int) -> None:
    process = {"owner": owner, "working_days": working_days}
    approved = sample(CampaignApproved, campaign=campaign, volunteered=process, plan_version=9)
    await handlers(intake).note_campaign(first_event(approved, "somebody", NOON))


async def issue(intake: Inside, campaign: str, reference: str, times: int = 1) -> None:
    letter = [{"reference": reference, "arm": "plain", "language": "en"}]
    issued = sample(CommunicationsIssued, campaign=campaign, chunk=60, communications=letter)
    event = first_event(issued, "somebody", NOON)
    for _ in range(times):
        await handlers(intake).register_letters(event)


async def volunteer(intake: Inside, letter: str, **changes: Any) -> dict[str, Any]:
    contact: dict[str, Any] = (await send(intake, report(letter_reference=letter, volunteered=SAID, **changes))).json()
    return contact


async def correct(intake: Inside, contact: str, letter: str, **changes: Any) -> None:
    async with intake.caller("intake-lead") as lead:
        body = {"report": report(letter_reference=letter, **changes), "why": "wrong-letter"}
        assert (await lead.post(f"/v1/contacts/{contact}/corrections", json=body)).is_success


async def as_lead(intake: Inside, method: str, path: str, **more: Any) -> Any:
    async with intake.caller("intake-lead") as lead:
        answer = await lead.request(method, f"/v1/{path}", **more)
        assert answer.is_success, answer.text
        return answer.json()


async def assigned(intake: Inside) -> list[InformationAssigned]:
    said = [each for each in await intake.said() if each.type == InformationAssigned.event_type]
    assert len({each.id for each in said}) == len(said)
    return [InformationAssigned.model_validate_json(each.body) for each in said]
