"""The assumptions of a forecast: who is written to, how, how many of them get in touch, when, and whom they reach."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from services.planner.forecast.helplines.capacity import TeamCapacity, capacity_problems
from services.planner.plan.contact_assumptions import ContactPattern, PostClass, Taker, pattern_problems
from services.planner.plan.rate import Rate, rate_problems
from services.planner.plan.wave_size import WaveSize
from shared.errors import Invalid, Problem
from shared.values import Code, Count, Number, Value

Channel = Literal["print", "letter", "email", "text", "third-party"]
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
LONGEST_DAYS = 800
"""Days from the first day to the last wave and to the deadline: a mistyped year makes no forecast of centuries."""


class ArmAssumption(Value):
    """One arm: its part of the allocation ratio, how its communications travel, and its contact rate."""

    code: Code
    control: bool = False
    share: Number = 1
    channel: Channel = "print"
    post: PostClass = "second"
    rate: Rate | None = None


class Committed(Value):
    """Contacts that a team has to expect on a day from other campaigns."""

    team: Code
    on: date
    contacts: Count


class Assumptions(ContactPattern):
    """Everything that a forecast needs. `customers` counts all arms, also the control; `waves` may stay open while a
    schedule is asked for.
    """

    customers: Number
    first_day: date
    respond_by: date | None = None
    arms: Annotated[tuple[ArmAssumption, ...], Field(min_length=1, max_length=20)]
    waves: Annotated[tuple[WaveSize, ...], Field(max_length=1000)] = ()
    takers: Annotated[tuple[Taker, ...], Field(min_length=1, max_length=50)]
    teams: Annotated[tuple[TeamCapacity, ...], Field(max_length=50)] = ()
    committed: Annotated[tuple[Committed, ...], Field(max_length=10_000)] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if problems := list(_problems(self)):
            raise Invalid("these assumptions do not hang together", *problems)
        return self

    @property
    def written_to(self) -> tuple[ArmAssumption, ...]:
        return tuple(arm for arm in self.arms if not arm.control)

    @property
    def letters(self) -> int:
        """Communications over all arms that are written to."""
        parts = sum(arm.share for arm in self.arms)
        return round(self.customers * sum(arm.share for arm in self.written_to) / parts)

    @property
    def balance(self) -> dict[str, float]:
        """The share of each arm in every wave; the sum is 1."""
        parts = sum(arm.share for arm in self.written_to)
        return {arm.code: arm.share / parts for arm in self.written_to}

    @property
    def reached(self) -> dict[str, float]:
        """The share of contacts that each team takes, in the order in which the teams are named."""
        shares: dict[str, float] = {}
        for taker in self.takers:
            shares[taker.team] = shares.get(taker.team, 0.0) + taker.share
        return shares

    def rate(self, arm: str) -> Rate:
        """The rate of an arm that is written to."""
        return next(each.rate for each in self.written_to if each.code == arm and each.rate is not None)


def _problems(given: Assumptions) -> Iterator[Problem]:
    yield from _arm_problems(given)
    yield from _horizon_problems(given)
    yield from pattern_problems(given, given.takers, given.respond_by)
    if given.respond_by is not None and given.respond_by <= given.first_day:
        yield Problem("respond_by", "after-first-day", "nobody can answer by a day before the first letter goes out")
    if any(wave.on < given.first_day for wave in given.waves):
        yield Problem("waves", "not-before-first-day", "no wave goes out before the first day")
    if sum(wave.size for wave in given.waves) > given.letters:
        yield Problem("waves", "at-most-letters", f"the arms that are written to have {given.letters} communications")
    yield from capacity_problems("teams", given.teams)


def _horizon_problems(given: Assumptions) -> Iterator[Problem]:
    days = [*(wave.on for wave in given.waves), *([given.respond_by] if given.respond_by else [])]
    if not EARLIEST_YEAR <= given.first_day.year <= LATEST_YEAR:
        yield Problem("first_day", "plausible", f"a year from {EARLIEST_YEAR} to {LATEST_YEAR}")
    if any((day - given.first_day).days > LONGEST_DAYS for day in days):
        yield Problem("first_day", "within-horizon", f"waves and deadline are at most {LONGEST_DAYS} days after it")


def _arm_problems(given: Assumptions) -> Iterator[Problem]:
    if len({arm.code for arm in given.arms}) < len(given.arms):
        yield Problem("arms", "unique-codes", "two arms have the same code")
    if not given.written_to or not given.letters:
        yield Problem("arms", "somebody", "nobody would be written to: there is nothing to forecast")
    for index, arm in enumerate(given.arms):
        if arm.control:
            continue
        if arm.rate is None:
            yield Problem(f"arms.{index}.rate", "required", "say how many get in touch: low, central, high and source")
        else:
            yield from rate_problems(f"arms.{index}.rate", arm.rate)
