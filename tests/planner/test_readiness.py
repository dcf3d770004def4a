"""No sequence of calls, by any mix of people, launches a campaign that lacks something it must have."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.planner.campaign import Campaign
from services.planner.lifecycle import State
from tests.planner.given.plans import AUTHOR, approved, draft, live, ready, submitted
from tests.planner.given.world import ENDING, MANY, PEOPLE, Action, paused, towards, world_of

attempts = st.lists(
    st.tuples(st.tuples(st.sampled_from(MANY), st.integers(0, 200)), st.sampled_from(PEOPLE)), max_size=12
)
beginnings = st.sampled_from((draft, submitted, approved, ready, live, paused))
omissions = st.sets(st.sampled_from(("answers", "clash", "submission", "gates", "teams")), max_size=3)


@pytest.mark.parametrize("examples", [100, pytest.param(2_000, marks=pytest.mark.long)])
def test_no_sequence_of_calls_launches_a_campaign_that_lacks_agreement(examples: int) -> None:
    went = 0

    @settings(max_examples=examples)
    @given(beginnings, attempts, omissions, st.lists(st.sampled_from(sorted(ENDING)), max_size=1))
    def whatever_is_tried(
        begin: Callable[[], Campaign], tried: list[tuple[Action, str]], left_out: set[str], ending: list[str]
    ) -> None:
        nonlocal went
        world = world_of(begin())
        for action, person in tried:
            world.try_(action, person)
        towards(world, left_out)
        for name in ending:
            world.try_((name, 0), AUTHOR)
        went += world.campaign.state is State.LIVE

    whatever_is_tried()
    assert went > examples // 25, "and it is not for want of campaigns that went"
