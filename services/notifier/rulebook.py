"""The stakeholder directory and the rules, read from a reviewed file and refused when they do not hang together."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, StringConstraints, ValidationError

from shared.errors import Invalid, Problem
from shared.values import Code, Title, Value

NAMED_BY_EVENT = "*"


class Team(Value):
    name: Title
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]


class Rule(Value):
    """When an event of type `event` happens, `team` gets `template`: at once, or gathered for `digest_minutes`."""

    code: Code
    event: str
    team: Code | str
    template: Code
    digest_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None


class Rulebook(Value):
    teams: dict[Code, Team]
    rules: tuple[Rule, ...]

    def on(self, event_type: str) -> list[Rule]:
        return [rule for rule in self.rules if rule.event == event_type]


def load_rulebook(file: Path, event_types: Collection[str], templates: Collection[str]) -> Rulebook:
    """Raises `Invalid` with everything that is wrong: a rule that could never fire, an unknown team or template."""
    try:
        book = Rulebook.model_validate(yaml.safe_load(file.read_text()))
    except ValidationError as error:
        problems = [Problem(".".join(map(str, e["loc"])), e["type"], e["msg"]) for e in error.errors()]
        raise _refused(file, problems) from None
    problems = [problem for rule in book.rules for problem in _problems(rule, book, event_types, templates)]
    if len({rule.code for rule in book.rules}) < len(book.rules):
        problems.append(Problem("rules", "unique-codes", "two rules have the same code"))
    if problems:
        raise _refused(file, problems)
    return book


def _refused(file: Path, problems: Sequence[Problem]) -> Invalid:
    return Invalid(f"{file.name}: " + "; ".join(f"{p.field}: {p.message}" for p in problems), *problems)


def _problems(rule: Rule, book: Rulebook, event_types: Collection[str], templates: Collection[str]) -> list[Problem]:
    wrong = {
        "unknown-event": (rule.event not in event_types, f"notifier hears no event {rule.event}"),
        "unknown-team": (rule.team not in book.teams and rule.team != NAMED_BY_EVENT, f"there is no team {rule.team}"),
        "unknown-template": (rule.template not in templates, f"there is no template {rule.template}"),
    }
    return [Problem(f"rules.{rule.code}", name, message) for name, (is_wrong, message) in wrong.items() if is_wrong]
