"""Asks: a team is asked to say that it knows, and answers."""

from datetime import date
from enum import StrEnum

from shared.values import CampaignReference, Code, Count, Identifier, Instant, Number, Value


class Answer(Value):
    """A team's word that it knows: by whom, when, and on which notice of the thread."""

    by: Code
    at: Instant
    notice: Identifier
    channel: Code
    attempts: Count


class Closed(StrEnum):
    KNOWN = "known"
    """The team has acknowledged elsewhere."""
    GATE_PASSED = "gate-passed"
    NOT_WANTED = "not-wanted"
    """The plan went back to its designers, or the team is not asked any more."""
    ENDED = "ended"
    """The campaign has ended."""


class Ask(Value):
    """A thread that wants an answer. `step` counts the reminders so far, `next_at` is when the next is due: never, once
    it was answered or is void. `deadline` is by when what the thread tells of must be taken up, where there is one.
    """

    thread: Identifier
    campaign: CampaignReference | None
    team: Code
    rule: Code
    subject: str
    told_at: Instant
    plan_version: Number | None = None
    lines_to_take: Number | None = None
    references: tuple[str, ...] = ()
    deadline: date | None = None
    step: Count = 0
    next_at: Instant | None = None
    gate: Code | None = None
    """The gate whose passing is the answer, where it asks for that."""
    answer: Answer | None = None
    closed: Closed | None = None
    """The reason for which it needs no answer any more, though the team gave none here."""
    void_at: Instant | None = None

    @property
    def open(self) -> bool:
        """Returns whether it waits for an answer."""
        return self.answer is None and self.closed is None and self.void_at is None
