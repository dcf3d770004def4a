"""A notice: what one team is told, once."""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from shared.values import CampaignReference, Code, Count, Identifier, Instant, Value


class State(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Content(Value):
    subject: str
    text: str = Field(repr=False)
    html: str = Field(repr=False)


class Notice(Value):
    """`due_at` is when to try (again). `attempts` counts tries begun. `reason` is why it failed, `ended_at` when."""

    id: Identifier
    campaign: CampaignReference | None
    team: Code
    rule: Code
    channel: Code = "email"
    address: str
    content: Content
    state: State = State.PENDING
    attempts: Count = 0
    reason: Code | None = None
    created_at: Instant
    due_at: Instant
    ended_at: Instant | None = None


class DigestEntry(Value):
    """Something a team will be told of together with whatever else comes by `due_at`."""

    id: Identifier
    campaign: CampaignReference | None
    team: Code
    rule: Code
    facts: dict[str, object]
    due_at: Instant


WAITS = (5, 30, 120, 600, 1800, 3600, 7200, 14400, 43200)
"""Seconds before each further try: a day and more in all."""


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` failures; None when it has been tried often enough."""
    return now + timedelta(seconds=WAITS[attempts - 1]) if attempts <= len(WAITS) else None


def digest_due(now: datetime, minutes: int) -> datetime:
    """The end of the present quarter of an hour, or of whatever `minutes` divides the day into."""
    width = timedelta(minutes=minutes)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((now - midnight) // width + 1) * width
