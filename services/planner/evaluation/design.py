"""How many customers a trial needs, and the smallest effect that it can show.

Power is that of the analysis planned: the difference of means with unequal variances, by the noncentral t where
clusters are few. Clusters multiply the variance by 1 + ((1 + cv²) m - 1) ρ (Eldridge, Ashby and Kerry 2006). Holm and
Benjamini-Hochberg are planned for by alpha / comparisons, which is what the first of them must pass; Dunnett by its own
critical value; looks before the end by the inflation of the number of customers.
"""

from dataclasses import dataclass
from math import ceil, inf, sqrt

import scipy  # its parts load when they are first used: they take a second, and only trials need them

from services.planner.evaluation.analysis_plan import Outcome, TrialPlan
from services.planner.evaluation.estimates.boundaries import inflation
from services.planner.evaluation.estimates.corrections import dunnett_critical, loading
from shared.errors import Invalid, Problem
from shared.values import Value

MOST = 1e9
"""Customers beyond which no number is looked for."""
T_UP_TO = 2_000
"""Degrees of freedom beyond which Student's t is taken as normal."""
ONE_SIDED_FROM = 5.0
"""Standard errors beyond which nobody finds the effect with the wrong sign."""
CERTAIN = 36.0
"""Standard errors beyond which an effect is found for certain, and the noncentral t has no numbers any more."""


class Design(Value):
    """The findings that a trial of `customers` can make. `needed` is None where no number of customers is enough.
    `detectable` is the smallest effect found with the planned power, in the outcome's unit, None where none can be;
    `power` is the probability of finding `smallest_effect`. Both are those of the hardest comparison.
    """

    customers: int | None
    needed: int | None
    detectable: float | None
    power: float | None
    smallest_effect: float
    design_effect: float
    alpha_each: float
    inflation: float
    comparisons: int
    letters: int | None

    @property
    def enough(self) -> bool:
        return self.customers is not None and self.needed is not None and self.customers >= self.needed


@dataclass(frozen=True, slots=True)
class _Question:
    """All that power depends on besides the customers and the effect. `shares` are of an arm and the one against it."""

    outcome: Outcome
    shares: tuple[float, float]
    critical: float
    alpha: float
    design_effect: float
    cluster_size: float
    clustered: bool
    inflation: float


def design(plan: TrialPlan) -> Design:
    """Raises `Invalid` where the plan lacks what sample sizes rest on: the expected level, an amount's deviation."""
    outcome = plan.outcome(plan.primary)
    _expect_levels(plan, outcome)
    questions = _questions(plan, outcome)
    needed = [_needed(question, plan.smallest_effect, plan.power) for question in questions]
    n = plan.customers
    detectable = [_detectable(question, n, plan.power) for question in questions] if n else [None]
    total = sum(arm.share for arm in plan.arms)
    written = sum(arm.share for arm in plan.arms if not arm.control) / total
    return Design(
        customers=n,
        needed=None if None in needed else max(number for number in needed if number is not None),
        detectable=None if None in detectable else max(size for size in detectable if size is not None),
        power=min(_power(question, n, plan.smallest_effect) for question in questions) if n else None,
        smallest_effect=plan.smallest_effect,
        design_effect=questions[0].design_effect,
        alpha_each=questions[0].alpha,
        inflation=questions[0].inflation,
        comparisons=len(questions),
        letters=round(n * written) if n else None,
    )


def design_effect(mean_size: float, icc: float, size_cv: float = 0.0) -> float:
    """Returns how many times as many customers clusters need as customers randomised one by one."""
    return max(1.0, 1 + ((1 + size_cv**2) * mean_size - 1) * icc)


def _expect_levels(plan: TrialPlan, outcome: Outcome) -> None:
    place = f"outcomes.{plan.outcomes.index(outcome)}"
    problems = []
    if outcome.measure == "mean" and outcome.deviation is None:
        problems.append(Problem(f"{place}.deviation", "required", "say the standard deviation of the amount, in pence"))
    if outcome.measure == "proportion" and outcome.expected is None:
        problems.append(Problem(f"{place}.expected", "required", "say what share does it without any letter, as 0.305"))
    elif outcome.measure == "proportion" and not 0 < _level(outcome, plan.smallest_effect) < 1:
        problems.append(
            Problem("smallest_effect", "possible", "no share is that far from the expected one: 0.015 is 1.5 points")
        )
    if problems:
        raise Invalid("a sample size cannot be worked out from this plan", *problems)


def _questions(plan: TrialPlan, outcome: Outcome) -> list[_Question]:
    total = sum(arm.share for arm in plan.arms)
    pairs = plan.pairs
    looks = inflation(plan.stopping, plan.alpha, plan.power) if plan.stopping else 1.0
    clusters = plan.clusters
    questions = []
    alpha = _alpha_each(plan)
    for arm, against in pairs:
        shares = (plan.arms[arm].share / total, plan.arms[against].share / total)
        questions.append(
            _Question(
                outcome,
                shares,
                float(scipy.stats.norm.isf(alpha / 2)),
                alpha,
                design_effect(clusters.mean_size, clusters.icc, clusters.size_cv) if clusters else 1.0,
                clusters.mean_size if clusters else 1.0,
                clusters is not None,
                looks,
            )
        )
    return questions


def _alpha_each(plan: TrialPlan) -> float:
    """The two-sided error allowed to one comparison."""
    pairs = plan.pairs
    if plan.correction == "none" or len(pairs) == 1:
        return plan.alpha
    if plan.correction != "dunnett":
        return plan.alpha / len(pairs)
    against = plan.arms[pairs[0][1]].share
    loadings = [loading(1 / against, 1 / plan.arms[arm].share) for arm, _ in pairs]
    return float(2 * scipy.stats.norm.sf(dunnett_critical(plan.alpha, loadings, inf)))


def _level(outcome: Outcome, effect: float) -> float:
    return (outcome.expected or 0.0) + (effect if outcome.better == "higher" else -effect)


def _power(question: _Question, customers: float, effect: float) -> float:
    """The probability that a comparison of `customers` in all arms shows a true `effect`."""
    n = customers / question.inflation
    arm, against = (n * share for share in question.shares)
    outcome = question.outcome
    if outcome.measure == "proportion":
        with_letter, without = _level(outcome, effect), outcome.expected or 0.0
        spread = with_letter * (1 - with_letter) / arm + without * (1 - without) / against
    else:
        spread = (outcome.deviation or 0.0) ** 2 * (1 / arm + 1 / against)
    distance = abs(effect) / sqrt(spread * question.design_effect)
    df = (arm + against) / question.cluster_size - 2
    if df <= 0:
        return 0.0
    if distance > CERTAIN:
        return 1.0
    if df > T_UP_TO or (outcome.measure == "proportion" and not question.clustered):
        return float(
            scipy.stats.norm.sf(question.critical - distance) + scipy.stats.norm.cdf(-question.critical - distance)
        )
    critical = scipy.stats.t.isf(question.alpha / 2, df)
    other_side = scipy.stats.nct.cdf(-critical, df, distance) if distance < ONE_SIDED_FROM else 0.0
    return float(scipy.stats.nct.sf(critical, df, distance) + other_side)


def _needed(question: _Question, effect: float, power: float) -> int | None:
    if _power(question, MOST, effect) < power:
        return None
    low = 2.0 / min(question.shares)
    if _power(question, low, effect) >= power:
        return ceil(low)
    return ceil(
        float(scipy.optimize.brentq(lambda n: _power(question, n, effect) - power, low, MOST, xtol=0.01, rtol=1e-12))
    )


def _detectable(question: _Question, customers: int, power: float) -> float | None:
    """The smallest effect found with this power; None where not even the largest possible one is."""
    outcome = question.outcome
    if outcome.measure == "mean":
        largest = (outcome.deviation or 0.0) * 1e3
    else:
        level = outcome.expected or 0.0
        largest = (1 - level if outcome.better == "higher" else level) * (1 - 1e-9)
    if _power(question, customers, largest) < power:
        return None
    smallest = largest * 1e-12
    return float(scipy.optimize.brentq(lambda d: _power(question, customers, d) - power, smallest, largest, rtol=1e-10))
