"""Teams that were told of a campaign hear of each turn in its course, in words true that day; others do not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts import (
    CampaignApproved,
    CampaignCompleted,
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    WaveStarted,
)
from tests.notifier.given.desk import CAMPAIGN, Desk
from tests.notifier.given.planned import OWING, amended, launched, rejected
from tests.notifier.given.teams import teams
from tests.support.clocks import NOON
from tests.support.samples import sample


@pytest.mark.parametrize(
    ("course", "event"),
    [
        ("paused", sample(CampaignPaused)), ("resumed", sample(CampaignResumed)), ("stopped", sample(CampaignStopped)),
        ("launched", launched()), ("rejected", rejected()), ("completed", sample(CampaignCompleted)),
    ],
)  # fmt: skip
async def test_a_team_that_was_told_hears_of_every_turn_and_another_hears_nothing(
    told: Desk, course: str, event: Any
) -> None:
    before = {notice.id for notice in await told.made()}
    await told.say(event)
    hearing = {notice.team for notice in await told.made() if notice.id not in before}
    assert {"debt-management", "customer-services", "press-office", "letter-issuer", "analysts"} <= hearing
    assert not hearing & {"communications", "compliance", "complaints", "extra-support", "on-call"}
    assert await teams(told, f"{course}-others") >= {"debt-management"}
    each = [notice.team for notice in await told.made() if notice.id not in before and notice.urgency != "urgent"]
    assert len(each) == len(set(each)), "nobody is told twice"


async def test_a_resumption_says_the_plan_again_to_nobody_and_names_the_waves_to_come(told: Desk) -> None:
    await told.say(launched(), sample(WaveStarted, wave=1, on="2026-09-07"), sample(CampaignPaused, version=41))
    before = {notice.id for notice in await told.made()}
    told.clock.instant = NOON + timedelta(days=30)
    await told.say(sample(CampaignApproved, **OWING, version=42), sample(CampaignResumed, version=42, plan_version=1))
    new = [notice for notice in await told.made() if notice.id not in before]
    assert {notice.rule for notice in new} == {"resumed", "resumed-others"}
    assert all("planned to launch" not in notice.content.text for notice in new)
    assert all("Tuesday 8 September 2026" in n.content.text and "7 September" not in n.content.text for n in new)


async def test_after_a_pause_the_waves_and_the_calendar_have_the_days_on_which_they_come(told: Desk) -> None:
    await told.say(launched(), sample(WaveStarted, wave=1, on="2026-09-07"), sample(CampaignPaused, version=41))
    told.clock.instant = NOON + timedelta(days=30)
    before = {notice.id for notice in await told.made()}
    waves = [{"number": 2, "on": "2026-09-24", "size": 6_667}]
    days = [{"on": "2026-09-28", "low": 1, "central": 2, "high": 3}]
    resumed = sample(CampaignResumed, version=42, plan_version=1, waves=waves, expected_contacts=days)
    await told.say(sample(CampaignApproved, **OWING, version=42), resumed)
    texts = [notice.content.text for notice in await told.made() if notice.id not in before]
    assert texts
    assert all("24 September" in text and "8 September" not in text for text in texts)
    known = await told.campaigns.known(CAMPAIGN)
    assert known.plan
    assert [(wave.number, str(wave.on)) for wave in known.plan.waves] == [(1, "2026-09-07"), (2, "2026-09-24")]
    assert known.plan.expected_contacts[0].central == 2
    told.clock.instant = datetime(2026, 9, 24, 10, 30, tzinfo=UTC)  # half past eleven in London
    assert ("wave-missing", "customer-services") in await told.at(told.clock.instant)


async def test_a_team_that_was_never_told_hears_of_no_rejection_and_of_no_change(desk: Desk) -> None:
    await desk.say(amended(void=[]), rejected())
    assert await desk.made() == []
