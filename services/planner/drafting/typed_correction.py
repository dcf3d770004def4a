"""A correction as it was typed: the letters that were wrong, by arm, language and day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.planner.decisions.correct import CorrectionWanted
from services.planner.drafting.typed_beginning import title_problems
from services.planner.plan.plan import Plan
from shared.errors import Problem
from shared.reading.dates import read_day
from shared.wording import title_of

LANGUAGES = {"en": "English", "cy": "Welsh"}


@dataclass(frozen=True, slots=True)
class TypedCorrection:
    """`since` and `until` are days as they are written, 2026-09-10."""

    title: str
    arms: Sequence[str]
    languages: Sequence[str]
    since: str
    until: str

    def read(self, plan: Plan) -> tuple[CorrectionWanted | None, list[Problem]]:
        """Returns what is wanted of a campaign with this plan, or all that is wrong with it."""
        since, problems = _day("since", self.since, "the first day on which wrong letters went out")
        until, further = _day("until", self.until, "the last day on which wrong letters went out")
        found = [*title_problems(self.title), *problems, *further]
        if not self.arms or not set(self.arms) <= set(written_arms(plan)):
            found.append(Problem("arms", "required", "Choose whose letter was wrong"))
        if not self.languages or not set(self.languages) <= set(LANGUAGES):
            found.append(Problem("languages", "required", "Choose the languages in which it was wrong"))
        if since is None or until is None or found:
            return None, found
        if until < since:
            return None, [Problem("until", "order", "Choose a last day that is not before the first")]
        languages = () if set(self.languages) == set(LANGUAGES) else tuple(self.languages)
        fields = {"title": self.title, "arms": tuple(self.arms), "languages": languages}
        return CorrectionWanted.model_validate({**fields, "since": since, "until": until}), []


def written_arms(plan: Plan) -> dict[str, str]:
    """Returns the names of the arms that are written to, by code."""
    return {arm.code: title_of(arm.code) for arm in plan.arms if not arm.control}


def _day(field: str, typed: str, what: str) -> tuple[date | None, list[Problem]]:
    if not typed:
        return None, [Problem(field, "required", f"Enter {what}")]
    try:
        return read_day(typed), []
    except ValueError as error:
        told = str(error)
        return None, [Problem(field, "day", told[:1].upper() + told[1:])]
