"""Every pair of writing operations on a campaign, at once: as if one came after the other."""

from collections.abc import Callable

import pytest

from services.planner.app import build_app
from services.planner.campaign import Campaign
from services.planner.settings import Settings
from tests.planner.given.plans import approved, live, submitted
from tests.planner.given.races import OPERATIONS, left_by, made
from tests.planner.given.world import paused
from tests.support.inside import Corner, Inside, inside
from tests.support.races import Race

NAMES = list(OPERATIONS)
SOON = [("pause", "slow"), ("stop", "exceeded"), ("amend", "know"), ("wave", "contact")]
IN_AGREEMENT = ["pass", "return", "reject", "submit", "amend", "answer", "word", "approve-lines", "help", "stop"]
STATES: dict[str, Callable[[], Campaign]] = {"approved": approved, "live": live, "paused": paused}


async def wrong(planner: Inside, corner: Corner, state: Callable[[], Campaign], *pairs: tuple[str, str]) -> list[str]:
    race = Race(made(state), OPERATIONS, left_by)
    async with inside(build_app(corner.settings(Settings)), corner) as replica:
        return [each for pair in pairs for each in await race.wrong(planner, replica, *pair)]


async def test_two_operations_on_a_live_campaign_leave_what_one_after_the_other_leaves(
    planner: Inside, corner: Corner
) -> None:
    assert not (found := await wrong(planner, corner, live, *SOON)), "\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("first", IN_AGREEMENT)
async def test_any_two_steps_of_agreement_leave_what_one_after_the_other_leaves(
    planner: Inside, corner: Corner, first: str
) -> None:
    pairs = [(first, second) for second in IN_AGREEMENT[IN_AGREEMENT.index(first) :]]
    assert not (found := await wrong(planner, corner, submitted, *pairs)), "\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("first", NAMES)
async def test_any_two_operations_leave_what_one_after_the_other_leaves(
    planner: Inside, corner: Corner, state: str, first: str
) -> None:
    pairs = [(first, second) for second in NAMES[NAMES.index(first) :]]
    assert not (found := await wrong(planner, corner, STATES[state], *pairs)), "\n".join(found)
