"""Asks: a team is asked to say that it knows, and answers."""

from datetime import date

from shared.values import CampaignReference, Code, Count, Identifier, Instant, Number, Value


class Answer(Value):
    """A team's word that it knows: by whom, when, and on which notice of the thread."""

    by: Code
    at: Instant
    notice: Identifier
    channel: Code
    attempts: Count


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
    answer: Answer | None = None
    void_at: Instant | None = None
