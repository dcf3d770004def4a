"""Lifecycle: a campaign only ever goes the ways of the table."""

import pytest

from services.planner.lifecycle import AT_ANY_TIME, ENDED, TRANSITIONS, State, Step, after
from shared.errors import Conflict

MOVES = {
    "draft": {"submit": "submitted", "reject": "rejected"},
    "submitted": {"approve": "approved", "send-back": "draft", "reject": "rejected"},
    "approved": {"reopen": "submitted", "send-back": "draft", "launch": "live", "reject": "rejected"},
    "live": {"pause": "paused", "stop": "stopped", "complete": "completed", "accept-refit": "paused"},
    "paused": {"resume": "live", "stop": "stopped"},
}
"""The steps that lead from one state to another."""


def test_these_are_all_the_ways_from_one_state_to_another() -> None:
    found: dict[str, dict[str, str]] = {}
    for (state, step), to in TRANSITIONS.items():
        if state is not to:
            found.setdefault(state.value, {})[step.value] = to.value
    assert found == MOVES


def test_a_plan_changes_only_while_nothing_goes_out() -> None:
    changes = {state for (state, step) in TRANSITIONS if step is Step.AMEND}
    assert changes == {State.DRAFT, State.SUBMITTED, State.APPROVED, State.PAUSED}


@pytest.mark.parametrize("state", sorted(ENDED))
def test_a_campaign_that_has_ended_changes_no_more(state: State) -> None:
    for step in Step:
        with pytest.raises(Conflict, match="change no more"):
            after(state, step)


@pytest.mark.parametrize("step", sorted(AT_ANY_TIME))
def test_steps_beside_the_lifecycle_leave_the_state_as_it_is(step: Step) -> None:
    for state in set(State) - ENDED:
        assert after(state, step) is state


def test_a_refused_step_offers_no_step_that_nobody_takes() -> None:
    with pytest.raises(Conflict) as refused:
        after(State.SUBMITTED, Step.LAUNCH)
    assert refused.value.message.endswith("it can amend, pass-gate, send-back, reject")


def test_a_refused_step_says_what_can_be_done_instead() -> None:
    with pytest.raises(Conflict, match="a campaign that is live cannot launch; it can pause, stop, complete"):
        after(State.LIVE, Step.LAUNCH)
