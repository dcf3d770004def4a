"""A chart of the primary effects: a dot and its interval for each comparison, drawn as SVG that can be read aloud."""

from dataclasses import dataclass
from html import escape

from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.report import wording
from services.planner.evaluation.result import Effect, Evaluation
from shared.rendering.svg import svg_picture

WIDTH, LABELS, RIGHT, ROW, TOP, BOTTOM = 760, 230, 30, 36, 40, 46
TICKS = 5
AXIS = 'stroke="#b1b4b6"'
ZERO = 'stroke="#0b0c0c" stroke-dasharray="4 3"'
INTERVAL = 'stroke="#1d70b8" stroke-width="3"'
SHOWN, OPEN = 'fill="#1d70b8"', 'fill="#fff" stroke="#1d70b8" stroke-width="2"'


def primary_effects(result: Evaluation) -> list[Effect]:
    """Returns the effects by assignment on the primary outcome, over all strata."""
    return [e for e in result.effects if e.role == "primary" and e.kind == "assigned" and e.stratum is None]


@dataclass(frozen=True, slots=True)
class EffectsChart:
    """The chart of a result, for a page."""

    plan: TrialPlan
    result: Evaluation

    def svg(self) -> str:
        return chart(self.plan, self.result)


def chart(plan: TrialPlan, result: Evaluation) -> str:
    """Returns the SVG; a filled dot is an effect that counts as shown. `title` and `desc` say the same in words."""
    effects, outcome = primary_effects(result), plan.outcome(plan.primary)
    height = TOP + ROW * max(len(effects), 1) + BOTTOM
    title = f"Effect on {plan.primary.outcome} within {plan.primary.horizon} days, with intervals"
    told = "; ".join(
        f"{wording.compared(e.arm, e.against)}: {wording.change(outcome, e.estimate)}, "
        f"{wording.change(outcome, e.low)} to {wording.change(outcome, e.high)}"
        for e in effects
    )
    failing = "" if result.stands else " A check failed: these effects cannot be relied on."
    words = (told or "No effect yet.") + failing
    return svg_picture(title, words, (WIDTH, height), _plotted(plan, effects, height))


def _plotted(plan: TrialPlan, effects: list[Effect], height: int) -> list[str]:
    if not effects:
        return ['<text x="12" y="64">There is no effect to show yet.</text>']
    low, high = min(0.0, *(e.low for e in effects)), max(0.0, *(e.high for e in effects))
    margin = (high - low or 1.0) * 0.05
    low, high = low - margin, high + margin

    def x(value: float) -> float:
        return LABELS + (value - low) / (high - low) * (WIDTH - LABELS - RIGHT)

    parts, base, outcome = [], height - BOTTOM + 6, plan.outcome(plan.primary)
    for tick in range(TICKS):
        value = low + (high - low) * tick / (TICKS - 1)
        parts.append(f'<line {AXIS} x1="{x(value):.1f}" x2="{x(value):.1f}" y1="{TOP}" y2="{base}"/>')
        shown = escape(wording.change(outcome, value))
        parts.append(f'<text x="{x(value):.1f}" y="{base + 20}" text-anchor="middle" font-size="12">{shown}</text>')
    parts.append(f'<line {ZERO} x1="{x(0):.1f}" x2="{x(0):.1f}" y1="{TOP}" y2="{base}"/>')
    for row, effect in enumerate(effects):
        y = TOP + ROW * row + ROW / 2
        dot = SHOWN if effect.shown else OPEN
        parts.append(f'<text x="12" y="{y + 5:.1f}">{escape(wording.compared(effect.arm, effect.against))}</text>')
        parts.append(f'<line {INTERVAL} x1="{x(effect.low):.1f}" x2="{x(effect.high):.1f}" y1="{y}" y2="{y}"/>')
        parts.append(f'<circle {dot} cx="{x(effect.estimate):.1f}" cy="{y}" r="6"/>')
    return parts
