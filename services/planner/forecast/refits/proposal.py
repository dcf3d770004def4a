"""The schedule that a re-fit proposes, for a person to accept or to decline."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.refits.refit import Fit, suggested
from services.planner.forecast.refits.standing import Standing
from services.planner.forecast.requests import WaveNow
from services.planner.forecast.responses.days import curve_of
from services.planner.forecast.schedule.proposal import Proposal, Shortfall
from services.planner.plan.contact_assumptions import ArmRate, ContactAssumptions
from services.planner.plan.plan import Plan
from services.planner.plan.response_handling import ContactRate
from services.planner.plan.wave_size import WaveSize, with_room
from shared.values import Code, Identifier, Instant, Number, OfficialText, Value
from shared.working_days import add_working_days

MOST_KEPT = 20
"""Proposals that a campaign keeps beside its history."""


class RefitDecision(Value):
    """A person's decision about a proposal."""

    accepted: bool
    by: Code
    at: Instant
    reason: OfficialText


class RefitProposal(Value):
    """A proposal by planner: `schedule` are all waves, those that have started and those that would follow. `excursion`
    is the excursion that it was made after, None where a person asked for it. `says` has each wave in words. Where
    nothing fits the capacities, `shortfall` says why, and the schedule brings what was planned instead.
    """

    number: Number
    plan_version: Number
    excursion: Identifier | None = None
    fit: Fit
    waves: Annotated[tuple[WaveNow, ...], Field(max_length=1000)]
    says: tuple[OfficialText, ...]
    schedule: tuple[WaveSize, ...]
    assumptions: ContactAssumptions
    contact_rate: ContactRate
    shortfall: Shortfall | None = None
    by: Code
    at: Instant
    decision: RefitDecision | None = None

    @property
    def state(self) -> Literal["open", "accepted", "declined"]:
        if self.decision is None:
            return "open"
        return "accepted" if self.decision.accepted else "declined"


class Refitted(Value):
    """A re-fit and the schedule by it, before anybody has made a proposal of it."""

    fit: Fit
    waves: tuple[WaveNow, ...]
    schedule: tuple[WaveSize, ...]
    assumptions: ContactAssumptions
    contact_rate: ContactRate
    shortfall: Shortfall | None = None


def refitted(stands: Standing, given: Assumptions, fit: Fit, waves: Sequence[WaveNow], found: Proposal) -> Refitted:
    """Returns the re-fit with the schedule `found`, or where none was found with the letters that would bring what was
    planned, and the rest on the days after."""
    ahead = found.waves or letters_instead(stands, waves)
    assumed = suggested(given, fit)
    return Refitted(
        fit=fit,
        waves=tuple(waves),
        schedule=(*stands.begun, *ahead),
        assumptions=assumptions_by(stands.plan, assumed, fit),
        contact_rate=_overall(assumed),
        shortfall=found.shortfall,
    )


def letters_instead(stands: Standing, waves: Sequence[WaveNow]) -> tuple[WaveSize, ...]:
    """Returns each wave to come with the letters that bring the contacts it was planned to bring; the others follow on
    working days after the last, as many a day as that has."""
    left, placed, day = stands.left, list[WaveSize](), add_working_days(stands.today, 1)
    most = max((wave.letters for wave in waves), default=0) or 1
    for wave in waves:
        if left:
            day = max(day, wave.on)
            placed.append(WaveSize(on=day, size=min(left, max(1, wave.letters))))
            left, day = left - placed[-1].size, add_working_days(day, 1)
    while left:
        placed.append(WaveSize(on=day, size=min(left, most)))
        left, day = left - placed[-1].size, add_working_days(day, 1)
    return tuple(placed)


def words(waves: Sequence[WaveNow]) -> tuple[str, ...]:
    """Returns each wave in words: what it would bring now, and the letters instead."""
    return tuple(
        f"the wave of {wave.on:%d %B %Y} would bring {wave.now:,} contacts, not {wave.planned:,}"
        + (f": {wave.letters:,} letters instead of {wave.size:,}" if wave.letters < wave.size else "")
        for wave in waves
    )


def plan_by(plan: Plan, proposal: RefitProposal) -> Plan:
    """Returns the plan with the proposal's schedule, rates and curve. Raises `Invalid` for one that cannot be. The
    schedule is for the population that is left; a plan has room for all whom it names.
    """
    fields = {
        "schedule": with_room(proposal.schedule, plan.communications, plan.daily_limit),
        "contact_assumptions": proposal.assumptions,
        "contact_rate": proposal.contact_rate,
    }
    return Plan.model_validate(plan.model_copy(update=fields).model_dump())


def assumptions_by(plan: Plan, assumed: Assumptions, fit: Fit) -> ContactAssumptions:
    """Returns the plan's assumptions with the fitted rates, and with the fitted speed where the assumed one is none of
    those that the contacts support."""
    before = plan.contact_assumptions or ContactAssumptions()
    rates = tuple(ArmRate(arm=arm.code, post=arm.post, rate=arm.rate) for arm in assumed.written_to if arm.rate)
    changed: dict[str, object] = {"rates": rates}
    if not fit.speed_low <= 1 <= fit.speed_high:
        curve = curve_of(assumed, fit.speed)
        changed["curve"] = tuple(float(share) for share in curve / curve.sum())
    return before.model_copy(update=changed)


def _overall(assumed: Assumptions) -> ContactRate:
    """The arms' rates by their balance: what helplines are told of the campaign as a whole."""
    low, central, high = (
        round(sum(assumed.balance[arm.code] * getattr(assumed.rate(arm.code), level) for arm in assumed.written_to), 6)
        for level in ("low", "central", "high")
    )
    return ContactRate(low=low, central=central, high=high)
