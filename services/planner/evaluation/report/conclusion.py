"""The conclusion of a trial in sentences that a minister understands, with their uncertainty."""

from services.planner.evaluation.analysis_plan import Outcome, TrialPlan
from services.planner.evaluation.report import wording
from services.planner.evaluation.result import Check, Effect
from shared.wording import words_of


def conclusion(plan: TrialPlan, checks: list[Check], effects: list[Effect], peek: bool) -> tuple[str, ...]:
    """Returns one sentence for each comparison of the primary outcome; where a check fails, that alone."""
    failing = [check for check in checks if check.verdict == "fails"]
    if failing:
        return (
            "This trial cannot tell whether the letters worked: it did not go as planned.",
            *(check.says for check in failing),
        )
    primary = [e for e in effects if e.role == "primary" and e.kind == "assigned" and e.stratum is None]
    if not primary:
        return ("No customer has reached the primary horizon yet: there is nothing to conclude.",)
    early = ("This is a look before every customer has reached the horizon: it decides nothing.",) if peek else ()
    return (*early, *(sentence(plan, effect) for effect in primary))


def sentence(plan: TrialPlan, effect: Effect) -> str:
    """Returns the sentence of one comparison. A difference that is not shown is never called none."""
    outcome = plan.outcome(plan.primary)
    low, high = effect.low, effect.high
    compared = f"Arm {words_of(effect.arm)} against {words_of(effect.against)}"
    if effect.p is None:
        return f"{compared}: could not tell, because `{effect.outcome}` did not vary."
    levels = f"{wording.level(outcome, effect.levels[0])} against {wording.level(outcome, effect.levels[1])}"
    bounds = (wording.change(outcome, low), wording.change(outcome, high))
    within = f"`{effect.outcome}` within {effect.horizon} days"
    if not effect.shown:
        return (
            f"{compared}: could not tell whether it changed {within} ({levels}). "
            f"{_unlikely(outcome, low, high)} ({effect.coverage:.0%} interval {bounds[0]} to {bounds[1]})."
        )
    direction = "raised" if effect.estimate > 0 else "lowered"
    size = wording.effect(outcome, effect.estimate)
    verdict = (
        "" if (effect.estimate > 0) == (outcome.better == "higher") else " This is the opposite of what was wanted."
    )
    return (
        f"{compared}: it {direction} {within} by about {size} ({levels}); the true change is likely to be "
        f"between {bounds[0]} and {bounds[1]} ({effect.coverage:.0%} interval).{verdict}"
    )


def _unlikely(outcome: Outcome, low: float, high: float) -> str:
    """Says which effects the interval makes unlikely."""
    if low >= 0 or high <= 0:
        return "Taken alone the difference might not be chance, but it does not pass the planned test"
    up, down = wording.effect(outcome, high), wording.effect(outcome, low)
    return f"A rise above {up} or a fall beyond {down} is unlikely"
