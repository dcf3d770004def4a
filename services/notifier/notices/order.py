"""Orders for notices: the subject of a notice, and one rule's words for one team."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.notifier.rulebook.rules import Rule, Urgency


@dataclass(frozen=True, slots=True)
class About:
    """Subject of a notice. `summary` are references, codes, counts and dates; `deadline` is by when to act;
    `knowing` are teams that have acknowledged it already, `needed` those without whose word nothing is launched; with
    `asks` false nobody is asked."""

    campaign: str | None = None
    plan_version: int | None = None
    lines_to_take: int | None = None
    deadline: date | None = None
    references: tuple[str, ...] = ()
    summary: Mapping[str, object] = field(default_factory=dict)
    knowing: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    asks: bool = True
    gate: str | None = None

    def asked(self, rule: Rule, team: str) -> bool:
        """Returns whether a rule asks a team to acknowledge: not what it knows, and never once the campaign is over."""
        wanted = bool(rule.acknowledge) and self.asks and team not in self.knowing
        return wanted and (not rule.ask_needed_only or team in self.needed)


@dataclass(frozen=True, slots=True)
class NoticeOrder:
    """One rule's words for one team. `thread` is what reminders follow."""

    thread: str
    team: str
    rule: str
    template: str
    urgency: Urgency
    wants_answer: bool
