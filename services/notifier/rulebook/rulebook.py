"""The directory and the rules together, read from reviewed files and refused when they do not hang together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from services.notifier.rulebook.checks import Checks, KnownNames
from services.notifier.rulebook.directory import Directory, Team
from services.notifier.rulebook.ports import TemplateSource
from services.notifier.rulebook.rules import After, Before, Rule, Rules
from services.notifier.rulebook.yaml_lines import Finding, MarkedFile, read_marked
from shared.contracts import Contract
from shared.errors import Invalid, Problem

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Rulebook:
    directory: Directory
    rules: tuple[Rule, ...]

    @property
    def teams(self) -> Mapping[str, Team]:
        return self.directory.teams

    @property
    def on_call(self) -> str:
        return self.directory.on_call

    def author(self, code: str) -> str:
        """Returns the team by which an author is told."""
        return code if code in self.teams else self.directory.authors or self.on_call

    def name_of(self, code: str) -> str:
        """Returns the name of a team; its code, where the directory does not have it any more."""
        return self.teams[code].name if code in self.teams else code

    def on(self, event_type: str) -> list[Rule]:
        return [rule for rule in self.rules if rule.event == event_type]

    @property
    def about_campaigns(self) -> tuple[str, ...]:
        """Returns the codes of the rules that tell of a campaign as a whole, and not of a customer or a mishap."""
        kinds = ("campaign.", "lines-to-take.")
        return tuple(
            rule.code
            for rule in self.rules
            if isinstance(rule.when, Before | After) or (rule.event or "").startswith(kinds)
        )

    def rule(self, code: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.code == code), None)


class RulebookRefused(Invalid):
    """The rulebook is refused. `findings` say where, what and what to do."""

    code = "rulebook-refused"

    def __init__(self, findings: Sequence[Finding]) -> None:
        problems = [Problem(f"{f.file}:{f.line}", "rulebook", f"{f.message}. {f.fix}") for f in findings]
        super().__init__("\n".join(map(str, findings)), *problems)
        self.findings = tuple(findings)


def load_rulebook(
    directory: Path,
    rules: Path,
    hears: Sequence[type[Contract]],
    templates: TemplateSource,
    endpoints: frozenset[str] | None = None,
) -> Rulebook:
    """Returns the rulebook. Raises `RulebookRefused` with everything that is wrong. `endpoints` are the names that
    webhooks and chat channels may have; None where they are not known.
    """
    files = Checks(
        read_marked(directory), read_marked(rules), KnownNames({c.event_type: c for c in hears}, templates, endpoints)
    )
    people, told = _model(Directory, files.directory), _model(Rules, files.rules)
    if people is not None:
        files.check_directory(people)
    if people is not None and told is not None:
        files.check_rules(people, told.rules)
    findings = [*files.directory.findings, *files.rules.findings]
    if findings or people is None or told is None:
        raise RulebookRefused(sorted(findings, key=lambda f: (f.file, f.line)))
    return Rulebook(people, told.rules)


def _model(kind: type[M], marked: MarkedFile) -> M | None:
    if marked.data is None and marked.findings:
        return None
    try:
        return kind.model_validate(marked.data)
    except ValidationError as error:
        places = [problem["loc"] for problem in error.errors()]
        for problem in error.errors():
            place = problem["loc"]
            if not any(other[: len(place)] == place for other in places if other != place):  # one inside it says more
                marked.find(
                    place, f"{_where(place)}: {_message(problem['type'], problem['msg'])}", _fix(problem, place)
                )
        return None


def _where(place: Sequence[str | int]) -> str:
    return ".".join(str(step) for step in place) or "the file"


def _message(kind: str, message: str) -> str:
    if kind == "string_pattern_mismatch":
        return "this is not written as it must be"
    return message.lower().removeprefix("value error, ")


def _fix(problem: ErrorDetails, place: Sequence[str | int]) -> str:
    match problem["type"]:
        case "string_pattern_mismatch" if place[-1] == "address":
            return "Write an e-mail address, or the name of an endpoint in small letters, digits and hyphens"
        case "string_pattern_mismatch":
            return "Write small letters, digits and hyphens"
        case "extra_forbidden":
            return f"Remove {place[-1]}, or correct its spelling"
        case "missing":
            return f"Add {place[-1]}"
        case _:
            return "See the schema: otm notify schema"
