"""Content of a trial's report, for HTML and PDF alike."""

from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.report import wording
from services.planner.evaluation.result import ArmSummary, Effect, Evaluation
from shared.wording import title_of, words_of

EFFECT_HEADINGS = (
    "Comparison",
    "Outcome",
    "Kind",
    "Customers",
    "Level",
    "Effect",
    "Interval",
    "p",
    "p corrected",
    "Shown",
)
ARM_HEADINGS = ("Arm", "Customers", "Randomised", "Letters sent", "Reached", "Contacts per 1,000 letters")
KINDS = {"assigned": "by assignment", "adjusted": "adjusted", "complier": "of those reached"}
VERDICTS = {"passes": "holds", "warns": "warning", "fails": "FAILS"}


def check_rows(result: Evaluation) -> list[tuple[str, str]]:
    """Returns the checks, failing ones first: verdict, sentence."""
    order = {"fails": 0, "warns": 1, "passes": 2}
    return [(VERDICTS[c.verdict], c.says) for c in sorted(result.checks, key=lambda check: order[check.verdict])]


def effect_rows(plan: TrialPlan, result: Evaluation) -> list[tuple[str, ...]]:
    return [_effect_row(plan, effect) for effect in result.effects]


def arm_rows(result: Evaluation) -> list[tuple[str, ...]]:
    return [_arm_row(arm) for arm in result.arms]


def cost_lines(plan: TrialPlan, result: Evaluation) -> list[str]:
    """Returns what each extra response or pound costs, where the plan has costs."""
    lines = []
    for e in result.effects:
        if e.cost is None or e.stratum is not None:
            continue
        measure = next(o.measure for o in plan.outcomes if o.code == e.outcome)
        each = "extra response" if measure == "proportion" else "extra pound"
        up_to = "with no upper bound" if e.cost.high is None else f"to {wording.pounds(e.cost.high)}"
        lines.append(
            f"{title_of(e.arm)}, {e.outcome} within {e.horizon} days: {wording.pounds(e.cost.pence)} for each {each} "
            f"({wording.pounds(e.cost.low)} {up_to})."
        )
    return lines


def plan_lines(plan: TrialPlan, result: Evaluation) -> list[str]:
    """Returns what was planned, and which numbers and programs this is from."""
    lines = [
        f"Primary outcome: {plan.primary.outcome} within {plan.primary.horizon} days of randomisation.",
        f"Smallest effect: {plan.smallest_effect:g}, with power {plan.power:g}; two-sided alpha {plan.alpha:g}.",
        f"Comparisons: {plan.comparisons}, corrected by: {plan.correction}.",
        f"Seal of the plan (SHA-256 of its canonical JSON): {result.seal}.",
        f"Data as of {result.as_of}. Computed with "
        + wording.listed([f"{name} {version}" for name, version in result.versions.items()])
        + ".",
    ]
    lines += result.record
    lines += [
        f"Look {b.number} at {b.fraction:.0%} of the information: |z| of {b.z:.4f} or more." for b in result.looks
    ]
    for test in result.heterogeneity:
        lines.append(
            f"Whether {words_of(test.arm)} against {words_of(test.against)} differs by stratum: Q {test.q:.2f} on "
            f"{test.df} degrees of freedom, p {wording.p_value(test.p)}. Effects by stratum explore; they decide "
            "nothing."
        )
    return lines


def _effect_row(plan: TrialPlan, effect: Effect) -> tuple[str, ...]:
    outcome = next(o for o in plan.outcomes if o.code == effect.outcome)
    where = f", stratum {effect.stratum}" if effect.stratum else ""
    return (
        f"{wording.compared(effect.arm, effect.against)}{where}",
        f"{effect.outcome} within {effect.horizon} days ({effect.role})",
        KINDS[effect.kind],
        f"{effect.customers[0]:,} / {effect.customers[1]:,}",
        f"{wording.level(outcome, effect.levels[0])} / {wording.level(outcome, effect.levels[1])}",
        wording.change(outcome, effect.estimate),
        f"{wording.change(outcome, effect.low)} to {wording.change(outcome, effect.high)}",
        wording.p_value(effect.p),
        wording.p_value(effect.p_corrected),
        "yes" if effect.shown else "no",
    )


def _arm_row(arm: ArmSummary) -> tuple[str, ...]:
    contacts = arm.contacts_per_thousand
    return (
        f"{title_of(arm.arm)} (control)" if arm.control and arm.arm != "control" else title_of(arm.arm),
        f"{arm.customers:,}",
        f"{arm.randomised:,}",
        f"{arm.sent:,}",
        f"{arm.reached:,}",
        "not counted" if contacts is None else f"{contacts:.1f}",
    )
