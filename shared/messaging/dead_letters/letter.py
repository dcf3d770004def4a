"""One dead letter: what died where and why, and the message to bring it back."""

from dataclasses import dataclass
from datetime import datetime

from aio_pika import Message
from aio_pika.abc import AbstractIncomingMessage
from pydantic import TypeAdapter, ValidationError

from shared.messaging.envelope import attributes_of
from shared.messaging.redaction import kind_of
from shared.messaging.settlement import ATTEMPT, DIED_AT, EXCEPTION, ORIGIN, REASON, attempts_before, copy_of
from shared.messaging.topology import EVENTS, UNROUTED, is_retry
from shared.values import CampaignReference

ROUTING_KEY = "x-otm-routing-key"
"""Header with the key under which an event was said that nobody heard, on a copy that was moved."""
_CAMPAIGN: TypeAdapter[str] = TypeAdapter(CampaignReference)

BROKERS_REASONS = {
    "delivery_limit": "delivered again and again without an end: it kills its consumer, or takes too long",
    "expired": "expired before it was consumed: its publisher gave it a time to live",
    "rejected": "rejected by a consumer that is not one of ours",
    "maxlen": "pushed out of a queue that was full",
}
"""The reasons in `x-death`, in words."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message in the dead letters of `queue`. `attempts` counts how often it was tried."""

    queue: str
    event_id: str
    event_type: str
    subject: str
    reason: str
    exception: str
    attempts: int
    died_at: str
    body: bytes
    source: str = ""
    correlation_id: str = ""

    @property
    def campaign(self) -> str:
        """The reference of the campaign that it is about; an empty text where its subject is none."""
        try:
            return _CAMPAIGN.validate_python(self.subject)
        except ValidationError:
            return ""

    @property
    def cause(self) -> str:
        """The exception and its words."""
        return f"{self.exception}: {self.reason}"

    @property
    def kind(self) -> str:
        """The cause without the references and numbers in it: dead letters are grouped by it."""
        return kind_of(self.cause)


def letter_of(message: AbstractIncomingMessage) -> DeadLetter:
    """The facts in the headers that `Settlement` wrote, or that the broker wrote after too many deliveries."""
    headers, attributes = message.headers, attributes_of(message.headers)
    died_in, died_of = _broker_says(message)
    return DeadLetter(
        queue=str(headers.get(ORIGIN, died_in)),
        event_id=message.message_id or "",
        event_type=attributes.get("type") or message.type or "",
        subject=attributes.get("subject", ""),
        reason=str(headers.get(REASON, died_of)),
        exception=str(headers.get(EXCEPTION, "RabbitMQ")),
        attempts=attempts_before(message),
        died_at=str(headers.get(DIED_AT, "")) or _broker_says_when(message),
        body=message.body,
        source=attributes.get("source", ""),
        correlation_id=message.correlation_id or "",
    )


def kept(message: AbstractIncomingMessage, letter: DeadLetter) -> Message:
    """Returns a copy to be moved between queues, with the facts of the letter in headers of ours: the broker's own do
    not move with it."""
    facts = {ATTEMPT: letter.attempts, ORIGIN: letter.queue, REASON: letter.reason, EXCEPTION: letter.exception,
             DIED_AT: letter.died_at, ROUTING_KEY: routing_key(message)}  # fmt: skip
    return copy_of(message, facts)


def revived(message: AbstractIncomingMessage, user: str | None) -> Message:
    """Returns the message as it first came: the same event id, and all its tries before it again. Who replays one
    vouches for it, as the broker's `user`."""
    copy = copy_of(message, {})
    copy.user_id = user
    copy.headers = {name: value for name, value in copy.headers.items() if not name.startswith("x-otm-")}
    return copy


def routing_key(message: AbstractIncomingMessage) -> str:
    """Returns the key under which it was said first."""
    return str(message.headers.get(ROUTING_KEY, message.routing_key or ""))


def _broker_says(message: AbstractIncomingMessage) -> tuple[str, str]:
    """The queue that the broker took the message from, and why, by the newest entry of `x-death` that is no retry."""
    deaths = message.headers.get("x-death")
    for death in deaths if isinstance(deaths, list) else ():
        if not isinstance(death, dict):
            continue
        queue, reason = str(death.get("queue", "")), str(death.get("reason", ""))
        if not is_retry(queue):
            return queue, BROKERS_REASONS.get(reason, f"dead-lettered by the broker: {reason}")
    if message.exchange in (EVENTS, UNROUTED):
        return UNROUTED, "no queue was bound to its routing key"
    return "", "put here by hand: the broker and the service say nothing about it"


def _broker_says_when(message: AbstractIncomingMessage) -> str:
    deaths = message.headers.get("x-death")
    newest = deaths[0].get("time") if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict) else None
    return newest.isoformat() if isinstance(newest, datetime) else ""
