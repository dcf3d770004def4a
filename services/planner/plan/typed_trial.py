"""The design of a trial as it is typed, for outcomes that customers either have or have not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import ValidationError

from services.planner.evaluation.analysis_plan import Analysis, Outcome
from services.planner.plan.plan import Plan
from shared.contracts.outcomes import OutcomeCode
from shared.errors import Invalid, Problem
from shared.reading.numbers import percent, read_percent, read_whole
from shared.wording import sentence

OUTCOMES: dict[str, str] = {code: code.capitalize() for code in get_args(OutcomeCode) if code != "nothing"}
COMPARISONS = {"against-control": "Each letter against the control", "all-pairs": "Every arm against every other"}
LONGEST_DAYS = 3_650
FIELDS = {"expected": "expected", "horizons": "days", "primary": "days", "counts": "counts", "power": "power",
          "smallest_effect": "smallest", "comparisons": "comparisons", "correction": "comparisons"}  # fmt: skip
"""The field of the form for each field of the analysis."""


@dataclass(frozen=True, slots=True)
class TypedTrial:
    """Shares are typed in percent, the smallest effect in points of percent."""

    counts: Sequence[str]
    days: str
    expected: str
    smallest: str
    power: str
    comparisons: str

    def tried(self, plan: Plan) -> tuple[Plan | None, list[Problem]]:
        """Returns the plan with this trial, or all that is wrong, each with its field of the form. What the form does
        not ask for stays as it was.
        """
        problems: list[Problem] = []
        read = {name: _read(name, reader, text, problems) for name, (reader, text) in self._readers().items()}
        if not self.counts or not set(self.counts) <= set(OUTCOMES):
            problems.append(Problem("counts", "required", "Choose what counts as a response"))
        if self.comparisons not in COMPARISONS:
            problems.append(Problem("comparisons", "required", "Choose what is compared"))
        if problems:
            return None, problems
        analysis = _fields(plan.analysis) | _changed(plan.analysis, self.counts, read, self.comparisons)
        try:
            return Plan.model_validate(plan.model_dump() | {"analysis": analysis}), []
        except Invalid as error:
            return None, [of_form(problem) for problem in error.problems]
        except ValidationError:
            return None, [Problem("", "plan", "The plan was accepted under other rules: change it as a whole first")]

    def _readers(self) -> Mapping[str, tuple[Callable[[str], float], str]]:
        return {
            "days": (_days, self.days),
            "expected": (_share("share without a letter"), self.expected),
            "smallest": (_share("change"), self.smallest),
            "power": (_power, self.power),
        }


def typed_trial(plan: Plan) -> TypedTrial:
    """Returns the trial of a plan as it is typed; the usual where it has none."""
    analysis = plan.analysis
    if analysis is None:
        return TypedTrial((), "", "", "", "80", "against-control")
    outcome = analysis.outcome(analysis.primary)
    return TypedTrial(
        outcome.counts,
        str(analysis.primary.horizon),
        "" if outcome.expected is None else percent(outcome.expected),
        percent(analysis.smallest_effect),
        percent(analysis.power),
        analysis.comparisons,
    )


def of_form(problem: Problem) -> Problem:
    """Returns a problem of the plan at its field of the form, in words that begin a sentence."""
    found = next((FIELDS[part] for part in reversed(problem.field.split(".")) if part in FIELDS), "")
    return Problem(found, problem.rule, sentence(problem.message))


def typed_here(plan: Plan) -> bool:
    """Returns whether the form can hold the plan's trial: not where it is about amounts."""
    return plan.analysis is None or plan.analysis.outcome(plan.analysis.primary).measure == "proportion"


def _fields(analysis: Analysis | None) -> dict[str, Any]:
    return analysis.model_dump() if analysis else {}


def _changed(
    analysis: Analysis | None, counts: Sequence[str], read: Mapping[str, float], comparisons: str
) -> dict[str, Any]:
    days = int(read["days"])
    before = analysis.outcome(analysis.primary) if analysis else None
    code = before.code if before else "_or_".join(counts)
    kept = (
        [day for day in before.horizons if analysis and day not in (analysis.primary.horizon, days)] if before else []
    )
    fields = before.model_dump() if before else {"code": code}
    primary = fields | {"counts": tuple(counts), "horizons": (days, *kept), "expected": read["expected"]}
    others: list[Outcome] = [each for each in analysis.outcomes if each != before] if analysis else []
    return {
        "outcomes": [primary, *(each.model_dump() for each in others)],
        "primary": {"outcome": code, "horizon": days},
        "smallest_effect": read["smallest"],
        "power": read["power"],
        "comparisons": comparisons,
    }


def _read(name: str, reader: Callable[[str], float], text: str, problems: list[Problem]) -> float:
    try:
        return reader(text)
    except ValueError as error:
        problems.append(Problem(name, "number", str(error)))
        return 0.0


def _days(text: str) -> int:
    try:
        number = read_whole(text)
    except ValueError:
        number = 0
    if not 1 <= number <= LONGEST_DAYS:
        raise ValueError(f"Enter the days within which a response counts, from 1 to {LONGEST_DAYS:,}")
    return number


def _share(what: str) -> Callable[[str], float]:
    def read(text: str) -> float:
        share = _of_hundred(text)
        if share is None or not 0 < share < 1:
            raise ValueError(f"Enter the {what} in percent, such as 2.5")
        return share

    return read


def _power(text: str) -> float:
    share = _of_hundred(text)
    if share is None or not 0.5 <= share <= 0.999:  # noqa: PLR2004 (the bounds of an analysis)
        raise ValueError("Enter how often a true change is to be found, from 50 to 99.9 percent")
    return share


def _of_hundred(text: str) -> float | None:
    try:
        return read_percent(text)
    except ValueError:
        return None
