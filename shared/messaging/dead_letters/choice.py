"""A choice among dead letters, and counts of them by what they have in common."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from shared.messaging.dead_letters.letter import DeadLetter

GROUPS_MOST = 1_000
"""Groups that are told apart; letters of further ones are counted together."""
OTHERS = "other causes"
Group = tuple[str, str, str]
"""The queue in which letters died, their kind of cause, and their campaign."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Letters that died in `queue`, whose cause has the text `cause` in it, and that are about `campaign`; an empty
    text leaves that open. `unsaid` are those that do not say where they died."""

    queue: str
    cause: str = ""
    campaign: str = ""
    unsaid: bool = False

    def __call__(self, letter: DeadLetter) -> bool:
        here = letter.queue == ("" if self.unsaid else self.queue)
        why = self.cause in letter.cause or self.cause in letter.kind
        return here and why and self.campaign in ("", letter.campaign)

    @property
    def described(self) -> dict[str, str]:
        return {"queue": self.queue, "cause": self.cause, "campaign": self.campaign}


@dataclass(slots=True)
class Tally:
    """Counts by group, and the time of the oldest death in each, in bounded memory."""

    counts: Counter[Group] = field(default_factory=Counter)
    oldest: dict[Group, str] = field(default_factory=dict)

    def add(self, letter: DeadLetter, queue: str) -> None:
        """Counts a letter, under `queue` where it does not say where it died."""
        group = (letter.queue or queue, letter.kind, letter.campaign)
        if group not in self.counts and len(self.counts) >= GROUPS_MOST:
            group = (letter.queue or queue, OTHERS, "")
        self.counts[group] += 1
        if letter.died_at:
            self.oldest[group] = min(self.oldest.get(group, letter.died_at), letter.died_at)

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"queue": queue, "cause": cause, "campaign": campaign, "count": count, "oldest": self.oldest.get(group)}
            for group, count in sorted(self.counts.items())
            for queue, cause, campaign in [group]
        ]
