"""Requests for forecasts of a campaign that planner keeps, and the answers."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from services.planner.forecast.helplines.erlang import Standard
from services.planner.forecast.refits.refit import Fit
from services.planner.forecast.report.figures import ForecastReport
from services.planner.forecast.schedule.limits import ChannelLimit, IssueLimits
from services.planner.plan.dates import Day
from services.planner.plan.plan import Plan
from services.planner.plan.wave_size import WaveSize
from shared.values import CampaignReference, Code, Count, Number, Value

Waves = Annotated[tuple[WaveSize, ...], Field(min_length=1, max_length=1000)]


class CampaignForecast(Value):
    """The forecast for the waves of a campaign: `out` as they went out, the others as they are planned. `beside` are
    the other campaigns whose contacts the teams take as well. `cannot_promise` says in words what is not known.
    """

    campaign: CampaignReference
    plan_version: Number
    out: tuple[WaveSize, ...]
    waves: tuple[WaveSize, ...]
    beside: tuple[CampaignReference, ...]
    report: ForecastReport
    cannot_promise: tuple[str, ...]


class ScheduleRequest(Value):
    """Limits of the schedule asked for, beside the capacities; the plan's daily limit, if none is given."""

    notice_days: Annotated[int, Field(ge=0, le=250)] = 0
    daily_limit: Number | None = None
    channels: Annotated[tuple[ChannelLimit, ...], Field(max_length=5)] = ()
    quiet_days: Annotated[tuple[Day, ...], Field(max_length=400)] = ()
    last_day: Day | None = None
    days_to_respond: Annotated[int, Field(ge=0, le=250)] = 0
    scenario: Literal["low", "central", "high"] = "high"

    def limits(self, plan: Plan, today: date) -> IssueLimits:
        fields = self.model_dump() | {"daily_limit": self.daily_limit or plan.daily_limit}
        return IssueLimits(asked_on=today, **fields)


class ComparisonRequest(Value):
    """Two schedules of a campaign; without `one`, its own as it stands."""

    one: Waves | None = None
    other: Waves
    standard: Standard = Standard()


class WaveNow(Value):
    """A wave to come: the contacts it was planned to bring, those it would bring now, and the letters that would bring
    what was planned."""

    on: date
    size: Count
    planned: Count
    now: Count
    letters: Count


class CampaignFit(Value):
    """The fit to what really came, and each wave to come."""

    campaign: CampaignReference
    fit: Fit
    waves: tuple[WaveNow, ...]


def cannot_promise(plan: Plan, unpromised: Sequence[Code], unsourced: bool) -> tuple[str, ...]:
    """Returns, in words, what a forecast of the plan cannot promise."""
    words = [f"{team} has not said its capacity: nothing can be promised for it" for team in unpromised]
    if unsourced:
        words.append("one contact rate holds for every arm, and nobody has said where it comes from")
    if plan.contact_assumptions is None or not plan.contact_assumptions.takers:
        words.append("nobody has said which team takes which contacts: they are shared out by helpline")
    return tuple(words)
