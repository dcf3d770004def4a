"""A step with an item of work as it is typed in the form of its page."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from services.intake.work.labels import WHYS
from services.intake.work_list import LONGEST_NOTE
from shared.errors import Problem
from shared.values import Value

Typed = Callable[[str], str]
"""Gives what was typed in a field."""
State = TypeVar("State", bound=str)
NEEDS_WHY = ("closed", "returned")
NEEDS_TEAM = "routed"


class Wanted(Value):
    """A step, the reason or the team that it needs, and a note. Without a step the note alone is kept."""

    step: str | None = None
    why: str | None = None
    team: str | None = None
    note: str | None = None


def open_steps(labels: Mapping[State, str], before: Mapping[State, Sequence[State]], state: State) -> dict[State, str]:
    """Returns the steps that can be taken from a state, with their labels."""
    again = {NEEDS_TEAM} if state == NEEDS_TEAM else set()  # from one team to the next, as often as it takes
    return {step: label for step, label in labels.items() if state in before[step] or step in again}


def read_wanted(typed: Typed, steps: Collection[str], teams: Collection[str]) -> tuple[Wanted | None, list[Problem]]:
    """Returns what somebody wants to do, or what is wrong with what was typed, each with its field."""
    step, why, team, note = (typed(name) for name in ("step", "why", "team", "note"))
    problems = []
    if not step and not note:
        problems.append(Problem("step", "required", "Choose what you do, or write a note"))
    if step and step not in steps:
        problems.append(Problem("step", "known", "Choose what you do: this cannot be done now"))
    if step in NEEDS_WHY and why not in WHYS:
        problems.append(Problem("why", "required", "Choose the reason"))
    if step == NEEDS_TEAM and team not in teams:
        problems.append(Problem("team", "required", "Choose the team"))
    if len(note) > LONGEST_NOTE:
        problems.append(Problem("note", "too-long", f"Shorten the note to {LONGEST_NOTE:,} characters"))
    if problems:
        return None, problems
    wanted = Wanted(
        step=step or None,
        why=why if step in NEEDS_WHY else None,
        team=team if step == NEEDS_TEAM else None,
        note=note or None,
    )
    return wanted, []
