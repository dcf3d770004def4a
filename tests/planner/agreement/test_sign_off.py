"""Teams sign off what they were told, by notices that notifier reports."""

from services.planner.campaigns import Campaigns
from shared.contracts import (
    NoticeAcknowledged,
    NoticeSent,
)
from tests.planner.given.hearing import CAMPAIGN, drafted, handlers, heard
from tests.support.inside import Inside
from tests.support.samples import sample


async def test_a_notice_and_its_acknowledgement_are_a_sign_off(planner: Inside) -> None:
    await drafted(planner)
    hear = handlers(planner)
    press = {"campaign": CAMPAIGN, "team": "press-office", "plan_version": 1, "lines_to_take": None}
    known = sample(NoticeAcknowledged, **(press | {"team": "customer-services", "acknowledged_by": "cs-1"}))
    for _ in range(2):
        await hear.note_notice(heard(sample(NoticeSent, **press)))
        await hear.note_acknowledgement(heard(known))
        await hear.note_acknowledgement(heard(known.model_copy(update={"campaign": None})))
        await hear.note_acknowledgement(heard(known.model_copy(update={"plan_version": None})))
        await hear.note_acknowledgement(heard(known.model_copy(update={"team": "communications"})))
    async with planner.caller("press-office-lead") as press_officer:
        briefing = (await press_officer.get(f"/v1/campaigns/{CAMPAIGN}/stakeholders")).json()
        teams = {team["team"]: team for team in briefing["teams"]}
        assert teams["press-office"]["notified"]["plan_version"] == 1
        assert teams["customer-services"]["signed_off"]
        assert teams["customer-services"]["acknowledged"]["by"] == "cs-1"
        assert not teams["debt-management"]["signed_off"]
        missing = (await press_officer.get(f"/v1/campaigns/{CAMPAIGN}/launch")).json()["problems"]
    fields = {problem["field"] for problem in missing}
    assert "stakeholders.debt-management" in fields
    assert not {"stakeholders.press-office", "stakeholders.customer-services"} & fields
    assert (await planner.part(Campaigns).get(CAMPAIGN)).version == 2  # said twice, it was one change


async def test_an_acknowledgement_after_the_end_changes_nothing(planner: Inside) -> None:
    await drafted(planner)
    async with planner.caller("approver") as approver:
        rejection = {"reason": "Too few", "instead": "no-further-action"}
        await approver.post(f"/v1/campaigns/{CAMPAIGN}/rejection", json=rejection)
    await handlers(planner).note_acknowledgement(heard(sample(NoticeAcknowledged, campaign=CAMPAIGN)))
    assert (await planner.part(Campaigns).get(CAMPAIGN)).version == 2
