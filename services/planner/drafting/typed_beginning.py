"""The beginning of a campaign as it was typed."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from services.planner.plan.plan import Plan
from services.planner.writing.kinds.texts import Coded
from shared.errors import Problem
from shared.reading.codes import read_code

SHORTEST_TITLE, LONGEST_TITLE = 3, 200
REGIME = "the tax or duty that it is about"
_LINE = re.compile(r"[^\x00-\x1f\x7f]*")


@dataclass(frozen=True, slots=True)
class TypedBeginning:
    title: str
    regime: str
    directorate: str

    def problems(self, directorates: Collection[str]) -> list[Problem]:
        """Returns what is wrong, each with its field."""
        found = title_problems(self.title)
        try:
            Coded().read(self.regime, REGIME)
        except ValueError as error:
            told = str(error) if self.regime else f"Enter {REGIME}"
            found.append(Problem("regime", "code", told))
        if self.directorate not in directorates:
            found.append(Problem("directorate", "known", "Choose the directorate"))
        return found

    @property
    def plan(self) -> Plan:
        """The plan of a draft of which nothing else is known yet."""
        return Plan(title=self.title, regime=read_code(self.regime), directorate=self.directorate)


def title_problems(title: str) -> list[Problem]:
    """Returns what is wrong with a title."""
    if not title:
        return [Problem("title", "required", "Enter a title")]
    if not SHORTEST_TITLE <= len(title) <= LONGEST_TITLE:
        told = f"Write a title of {SHORTEST_TITLE} to {LONGEST_TITLE} characters"
        return [Problem("title", "length", told)]
    if not _LINE.fullmatch(title):
        return [Problem("title", "one-line", "Write the title on one line")]
    return []
