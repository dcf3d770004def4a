"""A notice: one message to one team at one address."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from services.notifier.notices.attempts import Try
from services.notifier.rendering.content import Content
from services.notifier.rulebook.rules import Urgency
from shared.values import CampaignReference, Code, Count, Identifier, Instant, Number, Value


class State(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    VOID = "void"
    """It was overtaken before it went out, and is not sent any more."""


class Notice(Value):
    """A notice and its state. `due_at` is when to try (again). `attempts` counts tries begun, `tries` is how those that
    ended did so. `reason` is why it failed, `ended_at` when. `resent` is how often somebody asked for it to be sent
    once more; attempts are counted anew then, from the first at `begun_at`.

    `thread` is what the copies for all addresses of a team have in common, and the reminders that follow them: an
    answer to one answers all. `facts` are references, codes, counts and dates of what it tells. `plan_version` and
    `lines_to_take` are the versions it tells of; `void_at` is when they stopped to hold for this team.
    """

    id: Identifier
    thread: Identifier
    campaign: CampaignReference | None
    team: Code
    rule: Code
    template: Code
    urgency: Urgency = Urgency.NORMAL
    channel: Code = "email"
    address: str
    content: Content
    facts: Mapping[str, object] = Field(default_factory=dict)
    needs_acknowledgement: bool = False
    plan_version: Number | None = None
    lines_to_take: Number | None = None
    state: State = State.PENDING
    attempts: Count = 0
    begun_at: Instant | None = None
    tries: tuple[Try, ...] = ()
    resent: Count = 0
    reason: Code | None = None
    created_at: Instant
    due_at: Instant
    ended_at: Instant | None = None
    void_at: Instant | None = None
    acknowledged_at: Instant | None = None
    acknowledged_by: Code | None = None

    @property
    def message_id(self) -> str:
        """Returns the message id: the same for every try, another when somebody asks for it to be sent once more."""
        return f"{self.id}.{self.resent}" if self.resent else self.id


class DigestEntry(Value):
    """Something a team will be told of together with whatever else comes by `due_at`."""

    id: Identifier
    campaign: CampaignReference | None
    team: Code
    rule: Code
    facts: dict[str, object]
    due_at: Instant


def digest_due(now: datetime, minutes: int) -> datetime:
    """Returns the end of the present quarter of an hour, or of whatever `minutes` divides the day into."""
    width = timedelta(minutes=minutes)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((now - midnight) // width + 1) * width
