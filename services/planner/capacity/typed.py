"""A team's capacity as it is typed in a form, and as it is shown."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, time

from services.planner.forecast.helplines.capacity import CapacityException, TeamCapacity, team_problems
from services.planner.plan.dates import EARLIEST, LATEST
from services.planner.plan.times import TimeOfDay
from shared.errors import Problem
from shared.reading.dates import read_day
from shared.values import Value

Typed = Callable[[str], str]
"""Gives what was typed in a field."""
LONGEST_REASON = 4_000
MOST_CONTACTS = 100_000_000
MOST_DAYS = 400
DAY_SECONDS = 86_400
_MINUTES = re.compile(r"(\d{1,4}):([0-5]\d)", re.ASCII)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_LINE = re.compile(r"(\S+?)\s*[:\s]\s*(\S+)")
FIELDS = {
    "contacts": "Contacts on a working day",
    "base_load": "Of them taken up by other work",
    "handling": "Time for a contact, in minutes and seconds",
    "opens": "Opens at",
    "closes": "Closes at",
    "patience": "Seconds that a caller waits before giving up",
    "days": "Days with another number of contacts",
}
"""The fields of the form that are facts about the team, by the words for each."""


class CapacityFact(Value):
    """A fact as somebody saw it, and as it is now."""

    name: str
    seen: str
    now: str


def read_capacity(team: str, typed: Typed) -> tuple[TeamCapacity | None, list[Problem]]:
    """Returns the capacity, or the problems with what was typed, each with its field."""
    problems: list[Problem] = []
    whole = {name: _whole(name, typed(name), problems) for name in ("contacts", "base_load")}
    handling, patience = _handling(typed("handling"), problems), _patience(typed("patience"), problems)
    opens, closes = (_time(name, typed(name), problems) for name in ("opens", "closes"))
    days = _days(typed("days"), problems)
    problems += _reason_problems(typed("reason"))
    if problems or opens is None or closes is None:
        return None, problems
    capacity = TeamCapacity(
        team=team,
        contacts=whole["contacts"],
        base_load=whole["base_load"],
        handling_seconds=handling,
        opens=opens,
        closes=closes,
        exceptions=tuple(days),
        patience_seconds=patience,
    )
    found = [_of_form(problem) for problem in team_problems("", capacity)]
    return (None, found) if found else (capacity, [])


def as_typed(capacity: TeamCapacity) -> dict[str, list[str]]:
    """Returns the fields of the form for a capacity."""
    minutes, seconds = divmod(capacity.handling_seconds, 60)
    fields = {
        "contacts": str(capacity.contacts),
        "base_load": str(capacity.base_load),
        "handling": f"{minutes}:{seconds:02}",
        "opens": f"{capacity.opens:%H:%M}",
        "closes": f"{capacity.closes:%H:%M}",
        "patience": str(capacity.patience_seconds or ""),
        "days": "\n".join(f"{each.on}: {each.contacts}" for each in capacity.exceptions),
    }
    return {name: [value] for name, value in fields.items()}


def changed_facts(seen: TeamCapacity | None, now: TeamCapacity) -> list[CapacityFact]:
    """Returns the facts that differ between what somebody saw (None: nothing yet) and what is there now."""
    before = as_typed(seen) if seen else {}
    said = [(words, before.get(name, [""])[0], as_typed(now)[name][0]) for name, words in FIELDS.items()]
    return [CapacityFact(name=words, seen=old, now=new) for words, old, new in said if old != new]


def _whole(field: str, text: str, problems: list[Problem]) -> int:
    digits = text.replace(",", "")
    if not digits.isdecimal() or not digits.isascii() or int(digits[:12]) > MOST_CONTACTS:
        problems.append(Problem(field, "number", f"{FIELDS[field]}: enter a whole number, such as 480"))
        return 0
    return int(digits)


def _handling(text: str, problems: list[Problem]) -> int:
    found = _MINUTES.fullmatch(text)
    seconds = int(found[1]) * 60 + int(found[2]) if found else 0
    if not 1 <= seconds <= DAY_SECONDS:
        message = "Enter how long a contact takes in minutes and seconds, such as 13:48"
        problems.append(Problem("handling", "duration", message))
    return seconds


def _patience(text: str, problems: list[Problem]) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or not 1 <= int(text) <= DAY_SECONDS:
        message = "Enter how many seconds a caller waits, such as 180, or leave it empty"
        problems.append(Problem("patience", "number", message))
        return None
    return int(text)


def _time(field: str, text: str, problems: list[Problem]) -> TimeOfDay | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        problems.append(Problem(field, "time", f"{FIELDS[field]}: enter a time such as 08:00"))
        return None
    return time(int(found[1]), int(found[2]))


def _days(text: str, problems: list[Problem]) -> list[CapacityException]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_DAYS:
        problems.append(Problem("days", "too-many", f"Enter at most {MOST_DAYS} days"))
        return []
    found = []
    for line in lines:
        try:
            found.append(_day(line))
        except ValueError as error:
            message = f"Days with another number: “{line[:40]}” cannot be read: {error}"
            problems.append(Problem("days", "day", message))
            break
    return found


def _day(line: str) -> CapacityException:
    parts = _LINE.fullmatch(line)
    if parts is None or not re.fullmatch(r"\d{1,8}", parts[2], re.ASCII):
        raise ValueError("write a day and a number, such as 2026-12-24: 200")
    on: date = read_day(parts[1], EARLIEST, LATEST)
    return CapacityException(on=on, contacts=int(parts[2]))


def _reason_problems(reason: str) -> Iterator[Problem]:
    if not reason:
        yield Problem("reason", "required", "Enter the reason for the change")
    elif len(reason) > LONGEST_REASON:
        yield Problem("reason", "too-long", f"Shorten the reason to {LONGEST_REASON:,} characters")


_WORDS: Mapping[str, tuple[str, str]] = {
    "contacts": ("base_load", "Other work cannot take up more contacts than the team can take"),
    "closes": ("closes", "The helpline must close after it opens"),
    "exceptions": ("days", "A day is named twice"),
}


def _of_form(problem: Problem) -> Problem:
    """Returns a problem of a capacity with the form's field and words."""
    field, message = _WORDS[problem.field.rpartition(".")[2]]
    return Problem(field, problem.rule, message)


def teams_spoken_for(scopes: Iterable[str], known: Iterable[str]) -> list[str]:
    """Returns the teams for which somebody with these scopes speaks: `known` are those that there are."""
    named = {scope.partition(":")[2] for scope in scopes if scope.startswith("teams:")}
    return sorted(named - {"all"} | set(known)) if "all" in named else sorted(named)
