"""Assumptions about the contacts that letters bring: rates by arm, who takes them, and when they come."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from services.planner.plan.dates import Day
from services.planner.plan.rate import Rate, rate_problems
from services.planner.plan.trial import Arm
from shared.errors import Problem
from shared.values import Code, Value
from shared.working_days import Division

PostClass = Literal["first", "second", "economy"]
Share = Annotated[float, Field(ge=0)]
TOLERANCE = 1e-6
"""The difference by which shares that must sum to 1 may miss it: figures in a file are rounded."""


class Taker(Value):
    """The share of all contacts that come for one reason, and the team that takes them."""

    reason: Code
    team: Code
    share: Share


class Redial(Value):
    """The share of attempts that nobody answers, and of those the share that is tried again the same day."""

    unanswered: Annotated[float, Field(ge=0, lt=1)] = 0.0
    again: Annotated[float, Field(ge=0, lt=1)] = 0.0

    @property
    def repeat(self) -> float:
        return self.unanswered * self.again

    @property
    def attempts(self) -> float:
        """Attempts for each contact, on average: a geometric series."""
        return 1 / (1 - self.repeat)


class DeadlineBump(Value):
    """The share of contacts that come in the last `days` days up to the deadline, whenever the letter arrived."""

    share: Annotated[float, Field(ge=0, le=1)] = 0.0
    days: Annotated[int, Field(ge=1, le=60)] = 7


class Closed(Value):
    """When nobody answers: weekends and bank holidays of `division`, and further `days`. `lost` is the share of the
    contacts of a closed day that are not made up for on the next open one.
    """

    division: Division = Division.ENGLAND_AND_WALES
    days: Annotated[tuple[Day, ...], Field(max_length=400)] = ()
    lost: Annotated[float, Field(ge=0, le=1)] = 0.0


class ContactPattern(Value):
    """When contacts come. `day_noise` is the coefficient of variation of a day's intensity about its mean."""

    curve: Annotated[tuple[Share, ...], Field(max_length=400)] | None = None
    """The share of contacts on day 0, 1, 2, … after a communication has arrived; None for the default curve."""
    bump: DeadlineBump = DeadlineBump()
    closed: Closed = Closed()
    redial: Redial = Redial()
    day_noise: Annotated[float, Field(ge=0, le=2)] = 0.15


class ArmRate(Value):
    """The contact rate of an arm, and the class of its post."""

    arm: Code
    post: PostClass = "second"
    rate: Rate


class ContactAssumptions(ContactPattern):
    """The assumptions of a plan. Without `rates`, the plan's one contact rate holds for every arm; without `takers`,
    its helplines take all contacts by their percentages.
    """

    rates: Annotated[tuple[ArmRate, ...], Field(max_length=20)] = ()
    takers: Annotated[tuple[Taker, ...], Field(max_length=50)] = ()


def pattern_problems(pattern: ContactPattern, takers: Sequence[Taker], respond_by: date | None) -> Iterator[Problem]:
    if takers and abs(sum(taker.share for taker in takers) - 1) > TOLERANCE:
        yield Problem("takers", "whole", "the shares by reason and team sum to 1")
    if pattern.curve is not None and abs(sum(pattern.curve) - 1) > TOLERANCE:
        yield Problem("curve", "whole", "the shares of the curve sum to 1")
    if respond_by is None and pattern.bump.share:
        yield Problem("respond_by", "required", "a bump before the deadline needs the deadline")


def assumption_problems(
    given: ContactAssumptions | None, arms: Sequence[Arm], respond_by: date | None
) -> Iterator[Problem]:
    """Yields what is wrong with the assumptions of a plan with these arms."""
    if given is None:
        return
    at = "contact_assumptions"
    for problem in pattern_problems(given, given.takers, respond_by):
        own = problem.field if problem.field == "respond_by" else f"{at}.{problem.field}"
        yield Problem(own, problem.rule, problem.message)
    for index, each in enumerate(given.rates):
        yield from rate_problems(f"{at}.rates.{index}.rate", each.rate)
    named = [each.arm for each in given.rates]
    written_to = {arm.code for arm in arms if not arm.control}
    if len(set(named)) < len(named):
        yield Problem(f"{at}.rates", "unique", "an arm is named twice")
    if named and set(named) != written_to:
        yield Problem(f"{at}.rates", "every-arm", "each arm that is written to has its rate, and no other arm has one")
