"""Steering a live campaign by the contacts that come back: the loop's own decisions, and those of people above them."""

from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.run import halt, resume
from services.planner.forecast.policy import Action, Handled, LoopPolicy
from services.planner.lifecycle import ENDED, State, Step, after
from services.planner.readiness import Circumstances
from shared.contracts.contact_volumes import (
    ContactVolumeBelow,
    ContactVolumeExceeded,
    ContactVolumeRecovered,
    VolumeVerdict,
)
from shared.errors import Conflict, Invalid, Problem
from shared.values import Number, OfficialText, Value


class SteeringChange(Value):
    """The policy as it is to be, and whether the loop keeps its hands off."""

    policy: LoopPolicy
    hands_off: bool = False
    reason: OfficialText = ""


class Slowing(Value):
    """A limit of communications a day below the plan's; None for the plan's own again."""

    daily_limit: Number | None = None
    reason: OfficialText = ""


def set_policy(campaign: Campaign, change: SteeringChange, act: Act) -> Campaign:
    act.expect_reason()
    state = after(campaign.state, Step.SET_POLICY)
    again = act.at if campaign.steering.in_force else None  # a policy is a decision: its time begins anew
    given = {"policy": change.policy, "hands_off": change.hands_off, "since": again}
    steering = campaign.steering.model_copy(update=given)
    return campaign.with_changes(act.change(Step.SET_POLICY, given=change), state=state, steering=steering)


def slow(campaign: Campaign, slowing: Slowing, act: Act) -> Campaign:
    """Returns the campaign with another daily limit, by a person."""
    act.expect_reason()
    state = after(campaign.state, Step.SLOW)
    if slowing.daily_limit is not None and slowing.daily_limit >= campaign.plan.daily_limit:
        below = Problem("daily_limit", "below-plan", f"the plan's own limit is {campaign.plan.daily_limit}")
        raise Invalid("this would not slow the campaign", below)
    steering = campaign.steering.decided_by(act.by).model_copy(update={"daily_limit": slowing.daily_limit})
    return campaign.with_changes(act.change(Step.SLOW, given=slowing), state=state, steering=steering)


def exceeded(campaign: Campaign, verdict: ContactVolumeExceeded, act: Act) -> Campaign:
    """Returns the campaign after the one action on this excursion; heard again, unchanged."""
    if campaign.state in ENDED or campaign.steering.knows(verdict.excursion):
        return campaign
    action = campaign.steering.action(campaign.state is State.LIVE, act.at)
    told = Act(act.by, act.at, figures(verdict))
    if action == "pause":
        paused = halt(campaign, Step.PAUSE, told, about=verdict.excursion)
        return paused.model_copy(update={"steering": campaign.steering.did(_handled(verdict, action, act))})
    if action == "slow":
        limit = max(1, int(campaign.plan.daily_limit * campaign.steering.policy.slow_to))
        steering = campaign.steering.did(_handled(verdict, action, act), limit)
        return campaign.with_changes(told.change(Step.SLOW, about=verdict.excursion), steering=steering)
    return _noted(campaign, _handled(verdict, "tell", act), told)


def below(campaign: Campaign, verdict: ContactVolumeBelow, act: Act) -> Campaign:
    """Returns the campaign with a note: fewer contacts are no reason to send less."""
    if campaign.state in ENDED or campaign.steering.knows(verdict.excursion):
        return campaign
    told = Act(act.by, act.at, figures(verdict))
    return _noted(campaign, _handled(verdict, "tell", act).model_copy(update={"fewer": True}), told)


def recovered(campaign: Campaign, verdict: ContactVolumeRecovered, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign as it was before the loop's action, where the policy lets the loop end what it began and no
    other excursion goes on. Where something else stands against going on, a person has to decide. An excursion whose
    end is heard before its beginning is only noted."""
    before, excursion = campaign.steering, verdict.excursion
    if campaign.state in ENDED or before.is_over(excursion):
        return campaign
    told = Act(act.by, act.at, f"Contacts are as forecast again: {figures(verdict)}")
    if not before.knows(excursion):
        before = before.did(_handled(verdict, "tell", act))
    ended = before.ended(excursion, act.at)
    noted = campaign.with_changes(told.change(Step.NOTE_VOLUMES, about=excursion), steering=ended)
    if not (ended.may_end and ended.may_act(act.at)):
        return noted
    free = ended.model_copy(update={"in_force": None, "daily_limit": None})
    if campaign.state is State.LIVE:
        return campaign.with_changes(told.change(Step.SLOW, about=excursion), steering=free)
    try:
        return resume(campaign, told, circumstances, excursion).model_copy(update={"steering": free})
    except (Invalid, Conflict):
        return noted


def end_time(campaign: Campaign, act: Act) -> Campaign:
    """Returns the campaign with a note that the loop has acted by itself for as long as it may: once, until a person
    has decided; unchanged before.
    """
    steering = campaign.steering
    until = steering.acts_until
    if campaign.state in ENDED or until is None or act.at <= until or steering.end_told == steering.since:
        return campaign
    state = after(campaign.state, Step.END_LOOP_TIME)
    told = Act(act.by, act.at, f"The closed loop has acted by itself until {until.isoformat()}, as long as it may")
    ended = steering.model_copy(update={"end_told": steering.since})
    return campaign.with_changes(told.change(Step.END_LOOP_TIME), state=state, steering=ended)


def figures(verdict: VolumeVerdict) -> str:
    """The reason that is recorded: by how much, since when, and what is still to come."""
    times = f", {verdict.contacts / verdict.expected:.1f} times as many" if verdict.expected else ""
    return (
        f"{verdict.contacts} contacts since {verdict.since.isoformat()}, where {verdict.expected} were "
        f"forecast{times}; {verdict.still_expected} more were forecast after letters that are out"
    )


def _handled(verdict: VolumeVerdict, did: Action, act: Act) -> Handled:
    return Handled(excursion=verdict.excursion, did=did, at=act.at)


def _noted(campaign: Campaign, one: Handled, told: Act) -> Campaign:
    state = after(campaign.state, Step.NOTE_VOLUMES)
    noted = told.change(Step.NOTE_VOLUMES, about=one.excursion)
    return campaign.with_changes(noted, state=state, steering=campaign.steering.did(one))
