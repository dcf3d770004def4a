"""Planner follows what becomes of a campaign, and hears nothing twice."""

import asyncio
from typing import TypeVar

from services.planner.campaigns import Campaigns
from services.planner.handlers import Handlers
from services.planner.progress import ProgressRepository
from services.planner.repository.campaigns import MongoCampaigns
from shared.contracts import (
    ContactRecorded,
    Contract,
    DispatchCompleted,
    InformationVolunteered,
    NoticeFailed,
    NoticeSent,
    PopulationLoaded,
    WaveStarted,
)
from shared.messaging.event import Event, first_event
from tests.planner.plans import DESIGNED, plan
from tests.support.clocks import StoppedClock
from tests.support.inside import Inside
from tests.support.samples import sample

C = TypeVar("C", bound=Contract)
CAMPAIGN = "OTM-26-0001"


def heard(data: C) -> Event[C]:
    return first_event(data, "somebody", DESIGNED)


def handlers(planner: Inside) -> Handlers:
    campaigns = MongoCampaigns(planner.service.store, StoppedClock(DESIGNED))
    return Handlers(campaigns, planner.part(ProgressRepository))


async def approved(planner: Inside) -> None:
    async with planner.caller("designer") as designer, planner.caller("approver") as approver:
        await designer.post("/v1/campaigns", json=plan())
        await designer.post(f"/v1/campaigns/{CAMPAIGN}/submission")
        await approver.post(f"/v1/campaigns/{CAMPAIGN}/approval", json={"reason": "fine"})


async def test_responses_are_counted_by_day_arm_and_kind_once_for_each_event(planner: Inside) -> None:
    await approved(planner)
    hear = handlers(planner)
    contacts = [heard(sample(ContactRecorded, campaign=CAMPAIGN, arm=arm)) for arm in ("plain", "plain", "social-norm")]
    late = heard(sample(ContactRecorded, campaign=CAMPAIGN, arm=None, received_at="2026-09-10T23:30:00Z"))
    volunteered = heard(sample(InformationVolunteered, campaign=CAMPAIGN, arm="plain"))
    about_another_letter = heard(sample(ContactRecorded, campaign=None))
    for _ in range(2):  # every one of them comes twice
        await asyncio.gather(*(hear.count_contact(event) for event in (*contacts, late, about_another_letter)))
        await hear.count_volunteered(volunteered)
    async with planner.caller("operator") as operator:
        progress = (await operator.get(f"/v1/campaigns/{CAMPAIGN}/progress")).json()
    assert [(r["on"], r["arm"], r["kind"], r["count"]) for r in progress["responses"]] == [
        ("2026-09-10", "plain", "contact", 2),
        ("2026-09-10", "plain", "volunteered", 1),
        ("2026-09-10", "social-norm", "contact", 1),
        ("2026-09-11", "none", "contact", 1),  # it was after midnight in London
    ]


async def test_the_first_wave_makes_a_campaign_live_and_the_others_leave_it_so(planner: Inside) -> None:
    await approved(planner)
    for wave in (1, 1, 2):
        await handlers(planner).note_launch(heard(sample(WaveStarted, campaign=CAMPAIGN, wave=wave)))
    campaign = await planner.part(Campaigns).get(CAMPAIGN)
    assert (campaign.state, campaign.version) == ("live", 4)
    assert campaign.history[-1].by == "dispatcher"


async def test_what_other_services_tell_is_there_to_be_read(planner: Inside) -> None:
    await approved(planner)
    hear = handlers(planner)
    loaded, done = sample(PopulationLoaded, campaign=CAMPAIGN), sample(DispatchCompleted, campaign=CAMPAIGN)
    sent, failed = sample(NoticeSent, campaign=CAMPAIGN), sample(NoticeFailed, campaign=CAMPAIGN)
    failed = failed.model_copy(update={"notice": sent.notice.replace("c", "d")})
    for _ in range(2):
        await hear.note_population(heard(loaded))
        await hear.note_dispatch(heard(done))
        await hear.note_notice(heard(sent))
        await hear.note_notice(heard(failed))
    async with planner.caller("operator") as operator:
        progress = (await operator.get(f"/v1/campaigns/{CAMPAIGN}/progress")).json()
    assert progress["population"]["eligible"] == loaded.eligible
    assert progress["dispatch"]["arms"] == [arm.model_dump() for arm in done.arms]
    assert {notice["notice"]: notice["sent"] for notice in progress["notices"]} == {
        sent.notice: True, failed.notice: False,
    }  # fmt: skip
