"""Wave sizes as a designer types them, tried on the plan: letters a day, or the waves one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from services.planner.forecast.schedule.schedule import planned_waves
from services.planner.plan.dates import EARLIEST, LATEST
from services.planner.plan.plan import WAVES_AT_MOST, Plan
from services.planner.plan.wave_size import WaveSize
from shared.errors import Invalid, Problem
from shared.reading.dates import read_day
from shared.reading.numbers import read_whole
from shared.wording import sentence

MOST_A_DAY = 10_000_000
WRITE_A_WAVE = "Write each wave on a line of its own, its day and its letters, such as 2026-09-07 5,000"
FIELDS = {"daily_limit": "daily", "schedule": "waves"}
"""The field of the form for each field of the plan."""


@dataclass(frozen=True, slots=True)
class TypedWaves:
    """`daily` is the most letters a day; `lines` are waves by hand, without which all days are filled up to that."""

    daily: str
    lines: Sequence[str]

    def tried(self, plan: Plan) -> tuple[Plan | None, list[Problem]]:
        """Returns the plan with these waves, or all that is wrong, each with its field of the form."""
        problems: list[Problem] = []
        daily = _daily(self.daily, problems)
        waves = _waves(self.lines, problems)
        if problems:
            return None, problems
        changed: dict[str, Any] = plan.model_dump() | {"daily_limit": daily, "schedule": waves}
        try:
            return Plan.model_validate(changed), []
        except Invalid as error:
            return None, [_of_form(problem) for problem in error.problems]
        except ValidationError:
            return None, [Problem("", "plan", "The plan was accepted under other rules: change it as a whole first")]


def wave_lines(waves: Sequence[WaveSize]) -> list[str]:
    """Returns waves as they are typed."""
    return [f"{wave.on} {wave.size:,}" for wave in waves]


def waves_of(plan: Plan) -> list[WaveSize]:
    """Returns the waves by which a plan that nothing has gone out of yet will go out."""
    return [WaveSize(on=wave.on, size=wave.size) for wave in planned_waves(plan)]


def _daily(text: str, problems: list[Problem]) -> int:
    try:
        number = read_whole(text)
    except ValueError:
        problems.append(Problem("daily", "number", "Enter the letters a day in digits, such as 5,000"))
        return 0
    if not 1 <= number <= MOST_A_DAY:
        problems.append(Problem("daily", "number", f"Enter a number of letters a day from 1 to {MOST_A_DAY:,}"))
    return number


def _waves(lines: Sequence[str], problems: list[Problem]) -> list[dict[str, Any]]:
    if len(lines) > WAVES_AT_MOST:
        problems.append(Problem("waves", "too-many", f"Enter at most {WAVES_AT_MOST} waves"))
        return []
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            on, size = _wave(line)
        except ValueError:
            problems.append(Problem("waves", "wave", f"Line {number}: {WRITE_A_WAVE[:1].lower()}{WRITE_A_WAVE[1:]}"))
            return []
        found.append({"on": on, "size": size})
    return found


def _wave(line: str) -> tuple[date, int]:
    day, _, size = line.partition(" ")
    return read_day(day, EARLIEST, LATEST), read_whole(size)


def _of_form(problem: Problem) -> Problem:
    """Returns a problem of the plan at its field of the form, in words that begin a sentence."""
    field, *place = problem.field.split(".")
    which = f"Wave {int(place[0]) + 1}: " if field == "schedule" and place else ""
    said = which + problem.message
    return Problem(FIELDS.get(field, ""), problem.rule, sentence(said))
