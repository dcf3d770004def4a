"""The closed loop acts on an excursion, and a person's decision stands above it."""

from typing import Any

import pytest

from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.run import halt, resume
from services.planner.decisions.steer import Slowing, SteeringChange, below, exceeded, recovered, set_policy, slow
from services.planner.events.changes import events_for
from services.planner.forecast.policy import LOOP, LoopPolicy
from services.planner.lifecycle import State, Step
from shared.contracts import (
    CampaignPaused,
    CampaignResumed,
    CampaignSlowed,
    ContactVolumeBelow,
    ContactVolumeExceeded,
    ContactVolumeRecovered,
)
from shared.errors import Conflict, Invalid
from tests.planner.given.plans import AUTHOR, CIRCUMSTANCES, later, live
from tests.support.samples import sample

EXCEEDED = sample(ContactVolumeExceeded)
OVER = sample(ContactVolumeRecovered, excursion=EXCEEDED.excursion)
SECOND = sample(ContactVolumeExceeded, excursion="00000000-0000-5000-8000-000000000002")


def by_loop(days: float = 1) -> Act:
    return Act(LOOP, later(days))


def by_person(days: float = 1) -> Act:
    return Act(AUTHOR, later(days), "for a reason")


def steered(**policy: Any) -> Campaign:
    return set_policy(live(), SteeringChange(policy=LoopPolicy(**policy)), by_person())


def test_a_policy_to_tell_leaves_the_campaign_live_and_records_the_figures() -> None:
    told = exceeded(live(), EXCEEDED, by_loop())
    assert told.state is State.LIVE
    assert events_for(told) == []
    (change,) = told.changes
    assert change.by == LOOP
    assert "412 contacts since 2026-09-14, where 204 were forecast, 2.0 times as many" in change.reason
    assert "530 more" in change.reason


def test_a_policy_to_slow_says_the_lower_limit_once() -> None:
    slowed = exceeded(steered(action="slow", slow_to=0.25), EXCEEDED, by_loop())
    (said,) = events_for(slowed)
    assert isinstance(said, CampaignSlowed)
    assert said.daily_limit == slowed.plan.daily_limit // 4
    assert said.excursion == EXCEEDED.excursion
    assert said.decided_by == LOOP
    assert exceeded(slowed, EXCEEDED, by_loop(2)) is slowed


def test_a_policy_to_pause_pauses_once() -> None:
    paused = exceeded(steered(action="pause"), EXCEEDED, by_loop())
    (said,) = events_for(paused)
    assert isinstance(said, CampaignPaused)
    assert paused.state is State.PAUSED
    assert exceeded(paused, EXCEEDED, by_loop(2)) is paused


def test_what_was_paused_goes_on_by_itself_only_where_the_policy_says_so() -> None:
    for policy, state in (("when-recovered", State.LIVE), ("by-person", State.PAUSED)):
        paused = exceeded(steered(action="pause", resume=policy), EXCEEDED, by_loop())
        over = recovered(paused, OVER, by_loop(3), CIRCUMSTANCES)
        assert over.state is state
        if state is State.LIVE:
            assert [type(event) for event in events_for(over)][-1] is CampaignResumed
            assert recovered(over, OVER, by_loop(4), CIRCUMSTANCES) is over


def test_a_slowed_campaign_goes_back_to_its_plan_when_contacts_are_as_forecast() -> None:
    slowed = exceeded(steered(action="slow", resume="when-recovered"), EXCEEDED, by_loop())
    over = recovered(slowed, OVER, by_loop(3), CIRCUMSTANCES)
    (said,) = events_for(over)
    assert isinstance(said, CampaignSlowed)
    assert said.daily_limit is None


def test_a_campaign_that_a_person_paused_is_not_resumed_by_the_loop() -> None:
    slowed = exceeded(steered(action="slow", resume="when-recovered"), EXCEEDED, by_loop())
    paused = halt(slowed, Step.PAUSE, by_person(2))
    noted = recovered(paused, OVER, by_loop(3), CIRCUMSTANCES)
    assert noted.state is State.PAUSED
    assert "as forecast again: 412 contacts" in noted.changes[0].reason
    assert recovered(noted, OVER, by_loop(4), CIRCUMSTANCES) is noted


def test_what_the_loop_did_holds_until_the_last_excursion_is_over() -> None:
    slowed = exceeded(steered(action="slow", resume="when-recovered"), EXCEEDED, by_loop())
    both = exceeded(slowed, SECOND, by_loop(2))
    one = recovered(both, OVER, by_loop(3), CIRCUMSTANCES)
    assert one.steering.daily_limit is not None
    other = recovered(one, sample(ContactVolumeRecovered, excursion=SECOND.excursion), by_loop(4), CIRCUMSTANCES)
    assert other.steering.daily_limit is None


def test_the_loop_ends_nothing_after_its_time_and_a_new_policy_gives_it_new_time() -> None:
    policy = {"action": "slow", "resume": "when-recovered", "longest_days": 5}
    slowed = exceeded(steered(**policy), EXCEEDED, by_loop())
    (said,) = events_for(slowed)
    assert isinstance(said, CampaignSlowed)
    assert said.acts_until == later(6)
    late = recovered(slowed, OVER, by_loop(6.1), CIRCUMSTANCES)
    assert late.steering.daily_limit is not None
    again = set_policy(slowed, SteeringChange(policy=LoopPolicy.model_validate(policy)), by_person(4))
    assert recovered(again, OVER, by_loop(6.1), CIRCUMSTANCES).steering.daily_limit is None


def test_a_campaign_that_a_person_resumed_is_not_paused_again_for_the_same_excursion() -> None:
    paused = exceeded(steered(action="pause"), EXCEEDED, by_loop())
    resumed = resume(paused, by_person(2), CIRCUMSTANCES)
    assert exceeded(resumed, EXCEEDED, by_loop(3)) is resumed
    assert exceeded(resumed, SECOND, by_loop(3)).state is State.PAUSED


def test_hands_off_leaves_the_loop_only_telling() -> None:
    change = SteeringChange(policy=LoopPolicy(action="pause"), hands_off=True)
    told = exceeded(set_policy(live(), change, by_person()), EXCEEDED, by_loop())
    assert told.state is State.LIVE


def test_the_loop_acts_by_itself_for_no_longer_than_it_may() -> None:
    policy = {"action": "slow", "resume": "when-recovered", "longest_days": 5}
    first = exceeded(steered(**policy), EXCEEDED, by_loop())
    free = recovered(first, OVER, by_loop(3), CIRCUMSTANCES)
    assert exceeded(free, SECOND, by_loop(5)).steering.daily_limit is not None
    assert exceeded(free, SECOND, by_loop(7)).steering.daily_limit is None
    decided = slow(free, Slowing(daily_limit=None, reason="looked at"), by_person(7))
    assert exceeded(decided, SECOND, by_loop(8)).steering.daily_limit is not None


def test_fewer_contacts_are_told_and_nothing_else() -> None:
    told = below(steered(action="pause"), sample(ContactVolumeBelow), by_loop())
    assert told.state is State.LIVE
    assert told.changes[0].step is Step.NOTE_VOLUMES


def test_a_campaign_that_has_ended_is_left_as_it_is() -> None:
    stopped = halt(steered(action="pause"), Step.STOP, by_person(2))
    assert exceeded(stopped, EXCEEDED, by_loop(3)) is stopped


def test_a_person_slows_a_live_campaign_for_a_reason_and_only_below_its_plan() -> None:
    slowed = slow(live(), Slowing(daily_limit=100), by_person())
    (said,) = events_for(slowed)
    assert isinstance(said, CampaignSlowed)
    assert (said.daily_limit, said.excursion, said.decided_by) == (100, None, AUTHOR)
    with pytest.raises(Invalid):
        slow(live(), Slowing(daily_limit=live().plan.daily_limit), by_person())
    with pytest.raises(Invalid):
        slow(live(), Slowing(daily_limit=100), Act(AUTHOR, later(1)))
    with pytest.raises(Conflict):
        slow(halt(live(), Step.PAUSE, by_person()), Slowing(daily_limit=100), by_person())


def test_an_excursion_whose_end_is_heard_first_is_only_noted() -> None:
    start = steered(action="pause", resume="when-recovered")
    noted = recovered(start, OVER, by_loop(), CIRCUMSTANCES)
    assert exceeded(noted, EXCEEDED, by_loop(1.1)) is noted
    assert recovered(noted, OVER, by_loop(1.2), CIRCUMSTANCES) is noted
    assert noted.state is State.LIVE
