"""Steering a live campaign by the contacts that come back: the loop's own decisions, and those of people above them."""

from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.run import halt, resume
from services.planner.forecast.policy import LoopPolicy
from services.planner.lifecycle import ENDED, State, Step, after
from services.planner.readiness import Circumstances
from shared.contracts.contact_volumes import ContactVolumeBelow, ContactVolumeExceeded, VolumeVerdict
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
    steering = campaign.steering.model_copy(update={"policy": change.policy, "hands_off": change.hands_off})
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
        return paused.model_copy(update={"steering": campaign.steering.did(verdict.excursion, action, act.at)})
    if action == "slow":
        limit = max(1, int(campaign.plan.daily_limit * campaign.steering.policy.slow_to))
        steering = campaign.steering.did(verdict.excursion, action, act.at, limit)
        return campaign.with_changes(told.change(Step.SLOW, about=verdict.excursion), steering=steering)
    return _noted(campaign, verdict.excursion, told)


def below(campaign: Campaign, verdict: ContactVolumeBelow, act: Act) -> Campaign:
    """Returns the campaign with a note: fewer contacts are no reason to send less."""
    if campaign.state in ENDED or campaign.steering.knows(verdict.excursion):
        return campaign
    return _noted(campaign, verdict.excursion, Act(act.by, act.at, figures(verdict)))


def recovered(campaign: Campaign, excursion: str, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign as it was before the loop's action on this excursion, if that still holds and the policy
    lets the loop end it. Where something else stands against going on, a person has to decide. An excursion whose end
    is heard before its beginning is only noted."""
    steering = campaign.steering
    if campaign.state not in ENDED and not steering.knows(excursion):
        return _noted(campaign, excursion, Act(act.by, act.at, "contacts are as forecast again"))
    if steering.in_force != excursion or steering.policy.resume == "by-person" or steering.hands_off:
        return campaign
    told = Act(act.by, act.at, "contacts are as forecast again")
    ended = steering.model_copy(update={"in_force": None})
    if campaign.state is State.LIVE and steering.daily_limit is not None:
        free = ended.model_copy(update={"daily_limit": None})
        return campaign.with_changes(told.change(Step.SLOW, about=excursion), steering=free)
    try:
        return resume(campaign, told, circumstances).model_copy(update={"steering": ended})
    except (Invalid, Conflict):
        return campaign


def figures(verdict: VolumeVerdict) -> str:
    """The reason that is recorded: by how much, since when, and what is still to come."""
    times = f", {verdict.contacts / verdict.expected:.1f} times as many" if verdict.expected else ""
    return (
        f"{verdict.contacts} contacts since {verdict.since.isoformat()}, where {verdict.expected} were "
        f"forecast{times}; {verdict.still_expected} more were forecast after letters that are out"
    )


def _noted(campaign: Campaign, excursion: str, told: Act) -> Campaign:
    state = after(campaign.state, Step.NOTE_VOLUMES)
    steering = campaign.steering.did(excursion, "tell", told.at)
    return campaign.with_changes(told.change(Step.NOTE_VOLUMES, about=excursion), state=state, steering=steering)
