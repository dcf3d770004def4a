"""How a trial will be analysed, decided before its first letter: outcomes, comparisons, errors allowed, looks."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationInfo, model_validator

from shared.errors import Invalid, Problem
from shared.values import CampaignReference, Code, Count, Number, Title, Value

Day = Annotated[int, Field(ge=1, le=3650)]
Share = Annotated[float, Field(gt=0, lt=1)]
Amount = Annotated[float, Field(gt=0, le=1e15)]
Column = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Correction = Literal["none", "holm", "benjamini-hochberg", "dunnett"]


class TrialArm(Value):
    """One arm. `cost_pence`: what writing to one of its customers costs."""

    code: Code
    control: bool = False
    share: Number = 1
    cost_pence: Annotated[float, Field(ge=0, le=1e9)] | None = None


class Outcome(Value):
    """The outcome that is counted for each customer within each horizon, in days from the day on which the customer was
    randomised.

    `proportion`: whether the customer did one of `counts`. `mean`: the sum of its amounts, in pence, 0 where there is
    none. `expected` is the level without any letter, `deviation` the standard deviation of an amount. `winsorise` is
    the quantile of all customers above which an amount counts as that quantile.
    """

    code: Column
    measure: Literal["proportion", "mean"] = "proportion"
    counts: Annotated[tuple[Code, ...], Field(min_length=1, max_length=10)] = ("paid",)
    horizons: Annotated[tuple[Day, ...], Field(min_length=1, max_length=10)]
    better: Literal["higher", "lower"] = "higher"
    expected: float | None = None
    deviation: Amount | None = None
    winsorise: Share | None = None


class Measured(Value):
    """One outcome at one horizon."""

    outcome: Column
    horizon: Day

    @property
    def column(self) -> str:
        return f"{self.outcome}_{self.horizon}"


class Clusters(Value):
    """Customers randomised together. `icc` is the intra-cluster correlation: no default can stand in for it.
    `size_cv`: the standard deviation of cluster sizes over their mean."""

    mean_size: Annotated[float, Field(ge=1, le=1e6)]
    icc: Annotated[float, Field(ge=0, le=1)]
    size_cv: Annotated[float, Field(ge=0, le=100)] = 0.0


class StoppingRule(Value):
    """Planned looks by shares of the information, the last of them 1; Lan-DeMets spending of the error allowed."""

    spending: Literal["obrien-fleming", "pocock"] = "obrien-fleming"
    looks: Annotated[tuple[Annotated[float, Field(gt=0, le=1)], ...], Field(min_length=1, max_length=10)]


class Analysis(Value):
    """`primary` decides; every other outcome and horizon is secondary. `alpha` is two-sided and for all comparisons of
    the primary outcome together, as corrected. `smallest_effect` is in the outcome's unit: 0.015 is 1.5 points.
    `shares_by_stratum`, where arms have other shares in some strata: stratum, then arm.
    """

    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1, max_length=20)]
    primary: Measured
    smallest_effect: Amount
    power: Annotated[float, Field(ge=0.5, le=0.999)] = 0.8
    alpha: Annotated[float, Field(ge=0.0001, le=0.2)] = 0.05
    comparisons: Literal["against-control", "all-pairs"] = "against-control"
    correction: Correction = "holm"
    stratified: bool = False
    shares_by_stratum: dict[str, dict[Code, Number]] = Field(default_factory=dict)
    clusters: Clusters | None = None
    adjust_for: Annotated[tuple[Column, ...], Field(max_length=20)] = ()
    complier_average: bool = False
    by_stratum: bool = False
    stopping: StoppingRule | None = None

    @model_validator(mode="after")
    def _hangs_together(self, info: ValidationInfo) -> Self:
        if info.context and info.context.get("as_kept"):  # agreed before: rules change, agreements do not
            return self
        problems = [*_outcome_problems(self), *_design_problems(self)]
        if problems:
            raise Invalid("the analysis plan does not hang together", *problems)
        return self

    def outcome(self, measured: Measured) -> Outcome:
        return next(outcome for outcome in self.outcomes if outcome.code == measured.outcome)

    @property
    def measured(self) -> tuple[Measured, ...]:
        """Every outcome at every horizon, the primary one first."""
        found = [Measured(outcome=o.code, horizon=day) for o in self.outcomes for day in sorted(o.horizons)]
        return (self.primary, *(m for m in found if m != self.primary))


class TrialPlan(Analysis):
    """An analysis with its arms: all that is sealed. `customers` are those to be randomised, controls among them."""

    campaign: CampaignReference | None = None
    title: Title = "Trial"
    arms: Annotated[tuple[TrialArm, ...], Field(max_length=20)]
    customers: Count | None = None

    @model_validator(mode="after")
    def _has_arms(self, info: ValidationInfo) -> Self:
        if info.context and info.context.get("as_kept"):
            return self
        problems = [*arm_problems(self.arms), *_share_problems(self)]
        if self.comparisons == "against-control" and not any(arm.control for arm in self.arms):
            problems.append(Problem("arms", "control", "no arm is the control: mark one with `control: true`"))
        if problems:
            raise Invalid("the arms are not those of a trial", *problems)
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(arm.code for arm in self.arms)

    @property
    def control(self) -> int | None:
        """The number of the first control arm."""
        return next((number for number, arm in enumerate(self.arms) if arm.control), None)

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The comparisons planned: an arm, and the arm that it is compared with."""
        control, numbers = self.control, range(len(self.arms))
        if self.comparisons == "all-pairs" or control is None:
            return tuple((a, b) for b in numbers for a in numbers if a > b)
        return tuple((arm, control) for arm in numbers if arm != control)


def arm_problems(arms: tuple[TrialArm, ...]) -> list[Problem]:
    if len(arms) <= 1:
        return [Problem("arms", "two", "a trial compares at least two arms")]
    if len({arm.code for arm in arms}) < len(arms):
        return [Problem("arms", "unique-codes", "two arms have the same code")]
    return []


def _share_problems(plan: TrialPlan) -> list[Problem]:
    known, says = set(plan.codes), f"give shares to the plan's arms, which are {', '.join(plan.codes)}"
    return [
        Problem(f"shares_by_stratum.{stratum}", "known-arms", says)
        for stratum, shares in plan.shares_by_stratum.items()
        if not shares or not set(shares) <= known
    ]


def _outcome_problems(plan: Analysis) -> list[Problem]:
    codes = [outcome.code for outcome in plan.outcomes]
    problems = []
    if len(set(codes)) < len(codes):
        problems.append(Problem("outcomes", "unique-codes", "two outcomes have the same code"))
    if plan.primary.outcome not in codes or plan.primary.horizon not in plan.outcome(plan.primary).horizons:
        problems.append(Problem("primary", "known", "the primary outcome is none of the outcomes and their horizons"))
    for index, outcome in enumerate(plan.outcomes):
        level = outcome.expected
        if outcome.measure == "proportion" and level is not None and not 0 < level < 1:
            problems.append(Problem(f"outcomes.{index}.expected", "share", "between 0 and 1: 30.5% is 0.305"))
        if outcome.measure == "proportion" and outcome.winsorise:
            problems.append(Problem(f"outcomes.{index}.winsorise", "amount", "only amounts are winsorised"))
    return problems


def _design_problems(plan: Analysis) -> list[Problem]:
    problems = []
    if plan.correction == "dunnett" and plan.comparisons != "against-control":
        problems.append(Problem("correction", "dunnett", "Dunnett compares with a control; use holm for all pairs"))
    if plan.stopping:
        looks = plan.stopping.looks
        if any(b <= a for a, b in pairwise(looks)) or looks[-1] != 1:
            problems.append(Problem("stopping.looks", "order", "shares in rising order, the last of them 1"))
    if plan.shares_by_stratum and not plan.stratified:
        problems.append(Problem("shares_by_stratum", "stratified", "shares by stratum need `stratified: true`"))
    return problems
