"""Numbers as a reader without statistics reads them."""

from services.planner.evaluation.analysis_plan import Outcome
from shared.wording import title_of, words_of

SMALL = 0.1
"""Points below which two digits are shown, whatever their place."""
TINY = 0.001
"""p-values below which no digits are shown."""


def level(outcome: Outcome, value: float) -> str:
    """Returns a level: "30.5%" of a share, "£1,204.50" of an amount in pence."""
    return f"{100 * value:.1f}%" if outcome.measure == "proportion" else pounds(value)


def effect(outcome: Outcome, value: float) -> str:
    """Returns the size of a difference, without its sign: "1.5 points" of shares, "£12.00" of amounts."""
    if outcome.measure == "mean":
        return pounds(abs(value))
    points = 100 * abs(value)
    shown = f"{points:.1f}" if points >= SMALL or points == 0 else f"{points:.2g}"
    return f"{shown} point" if shown == "1.0" else f"{shown} points"


def change(outcome: Outcome, value: float) -> str:
    """Returns a difference with its sign."""
    return f"{'-' if value < 0 else '+'}{effect(outcome, value)}"


def pounds(pence: float) -> str:
    return f"{'-' if pence < 0 else ''}£{abs(pence) / 100:,.2f}"


def p_value(p: float | None) -> str:
    if p is None:
        return "cannot be tested"
    return "< 0.001" if p < TINY else f"{p:.3f}"


def compared(arm: str, against: str) -> str:
    """Returns the names of two arms, to begin a line: "Social norm against control"."""
    return f"{title_of(arm)} against {words_of(against)}"


def listed(words: list[str]) -> str:
    """Returns "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else "none"
