"""A person acknowledges by a link at the moment in which they answer a question of the same campaign."""

import random

import pytest

from services.planner.decisions.draft import answer
from services.planner.events.agreement import agreement
from services.planner.events.briefing import published
from services.planner.events.changes import events_for
from shared.contracts import NoticeAcknowledged
from tests.journeys.simulated.campaign import Simulated
from tests.notifier.given.desk import Desk, opened
from tests.planner.given.plans import CIRCUMSTANCES, DESIGNED, approved
from tests.support.inside import Corner

TEAM, LEAD, COLLEAGUE = "customer-services", "customer-services-lead", "desk-7"
NOBODY_LISTENS_PORT = 1


@pytest.mark.parametrize("known_at_once", [True, False])
async def test_their_team_is_asked_once_more_and_somebody_else_of_it_answers(
    corner: Corner, known_at_once: bool
) -> None:
    async with opened(corner, NOBODY_LISTENS_PORT) as desk:
        planner = await told_of_the_approval(desk)
        (asked,) = await desk.of_rule("advance-notice")
        await desk.acknowledging.acknowledge(asked.id, LEAD)
        given = planner.campaign.answers["operations"].given
        assert planner.decide(lambda c, act, around: answer(c, "operations", given, act, around), LEAD, DESIGNED)
        if known_at_once:
            await hear_planner(desk, planner)
        await hear_notifier(desk, planner)
        await hear_planner(desk, planner)
        (again,) = await desk.of_rule("speaker-writes")
        assert knowing(planner) == set()

        await desk.acknowledging.acknowledge(again.id, COLLEAGUE)
        await desk.say(agreement(planner.campaign, CIRCUMSTANCES, DESIGNED))
        await hear_notifier(desk, planner)
        await hear_planner(desk, planner)
        assert knowing(planner) == {TEAM}
        assert len(await desk.of_rule("speaker-writes")) == 1, "nobody is asked who has answered"


async def told_of_the_approval(desk: Desk) -> Simulated:
    planner = Simulated(approved(), random.Random(1))
    lines = published(planner.campaign, planner.campaign.changes[-1])
    await desk.say(*lines, agreement(planner.campaign, CIRCUMSTANCES, DESIGNED), *events_for(planner.campaign))
    return planner


async def hear_planner(desk: Desk, planner: Simulated) -> None:
    said, planner.said = planner.said, []
    await desk.say(*(event for _, event in said))


async def hear_notifier(desk: Desk, planner: Simulated) -> None:
    """Lets planner hear every acknowledgement, old ones again."""
    await desk.acknowledging.say()
    for said in desk.spoken.of(NoticeAcknowledged):
        planner.hear_acknowledged(said, DESIGNED)


def knowing(planner: Simulated) -> set[str]:
    return {each.team for each in agreement(planner.campaign, CIRCUMSTANCES, DESIGNED).teams if each.knows}
