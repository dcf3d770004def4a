"""How a trial will be analysed, decided before its first letter: outcomes, comparisons, errors allowed, looks."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationInfo, model_validator

from services.planner.evaluation.plan_rules import arm_problems, comparison_problems, design_problems, outcome_problems
from shared.errors import Invalid
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
        problems = [*outcome_problems(self), *design_problems(self)]
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
        problems = [*arm_problems(self), *comparison_problems(self)]
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
