"""The result of a trial: checks first, then effects, then a conclusion."""

from datetime import date
from typing import Literal

from shared.values import Sha256, Value

Verdict = Literal["passes", "warns", "fails"]


class Check(Value):
    """One thing that must hold for an effect to mean anything."""

    code: str
    verdict: Verdict
    says: str


class ArmSummary(Value):
    """`randomised` are clusters, or customers where there are none. `contacts` is None where nobody counted."""

    arm: str
    control: bool
    customers: int
    randomised: int
    sent: int
    reached: int
    contacts: int | None = None

    @property
    def contacts_per_thousand(self) -> float | None:
        return None if self.contacts is None or not self.sent else 1000 * self.contacts / self.sent


class Cost(Value):
    """Pence for each extra response, or for each extra pound. `high` is None where the effect may be nothing."""

    pence: float
    low: float
    high: float | None


class Effect(Value):
    """The difference between two arms. `kind`: by assignment, adjusted for covariates, or of those whom a letter
    reaches. `p_corrected` is corrected within the outcome and horizon. `coverage` is that of `low` to `high`."""

    outcome: str
    horizon: int
    role: Literal["primary", "secondary"]
    kind: Literal["assigned", "adjusted", "complier"]
    arm: str
    against: str
    stratum: str | None = None
    customers: tuple[int, int]
    levels: tuple[float, float]
    estimate: float
    standard_error: float
    df: float
    low: float
    high: float
    coverage: float
    interval: str
    p: float | None
    p_corrected: float | None
    shown: bool
    """Whether the difference counts as shown, by the corrected p-value or the boundary of the look."""
    cost: Cost | None = None


class Heterogeneity(Value):
    """Whether an effect differs by stratum: Cochran's Q over the strata's effects."""

    arm: str
    against: str
    q: float
    df: int
    p: float


class Look(Value):
    """A planned look, and the boundary that |z| must reach there."""

    number: int
    fraction: float
    z: float
    nominal: float


class Evaluation(Value):
    """`stands` is False where a check fails: then `conclusion` says so instead of any effect. `peek`: some customers
    had not reached the primary horizon on the day `as_of`."""

    campaign: str | None
    title: str
    seal: Sha256
    sealed_before: bool | None
    as_of: date
    peek: bool
    checks: tuple[Check, ...]
    arms: tuple[ArmSummary, ...]
    effects: tuple[Effect, ...]
    heterogeneity: tuple[Heterogeneity, ...] = ()
    looks: tuple[Look, ...] = ()
    look: int | None = None
    conclusion: tuple[str, ...]
    record: tuple[str, ...] = ()
    """Seals, early looks and the decision, where planner kept them."""
    versions: dict[str, str]

    @property
    def stands(self) -> bool:
        return all(check.verdict != "fails" for check in self.checks)
