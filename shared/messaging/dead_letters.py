"""Dead letters: what died where and why, and bringing it back."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from aio_pika import Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.messaging.envelope import attributes_of
from shared.messaging.redaction import kind_of
from shared.messaging.settlement import DIED_AT, EXCEPTION, ORIGIN, REASON, attempts_before, copy_of
from shared.messaging.topology import EVENTS, UNROUTED, is_retry

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
    place: int = 0
    """Its place among the letters held together, which tells two apart that are the same in everything else."""

    @property
    def cause(self) -> str:
        """The exception and its words."""
        return f"{self.exception}: {self.reason}"

    @property
    def kind(self) -> str:
        """The cause without the references and numbers in it: dead letters are grouped by it."""
        return kind_of(self.cause)


class HeldLetters:
    """The dead letters of one queue as they were at one moment, held until let go: nobody else has them meanwhile."""

    def __init__(self, channel: AbstractChannel, messages: Iterable[AbstractIncomingMessage]) -> None:
        self._channel = channel
        self._held = {replace(letter_of(message), place=place): message for place, message in enumerate(messages)}

    @property
    def letters(self) -> list[DeadLetter]:
        return list(self._held)

    async def replay(
        self,
        chosen: Iterable[DeadLetter],
        per_second: float,
        replayed: Callable[[DeadLetter], None],
        user: str | None = None,
    ) -> None:
        """Put each back in its own queue under the same event id, and only then take it out of the dead letters. Who
        replays one vouches for it, as the broker's `user`."""
        for letter in chosen:
            message = self._held[letter]
            await self._publish(letter, message, user)
            await message.ack()
            del self._held[letter]
            replayed(letter)
            await asyncio.sleep(1 / per_second)

    async def discard(self, chosen: Iterable[DeadLetter], discarded: Callable[[DeadLetter], None]) -> None:
        """Take each away for good."""
        for letter in chosen:
            await self._held.pop(letter).ack()
            discarded(letter)

    async def _publish(self, letter: DeadLetter, message: AbstractIncomingMessage, user: str | None) -> None:
        """An event that nobody heard is said again; anything else goes to the queue that it died in."""
        if letter.queue == UNROUTED:
            events = await self._channel.get_exchange(EVENTS, ensure=False)
            await events.publish(_revived(message, user), message.routing_key or "", mandatory=True)
        else:
            await self._channel.default_exchange.publish(_revived(message, user), letter.queue, mandatory=True)

    async def let_go(self) -> None:
        for message in self._held.values():
            await message.nack(requeue=True)


@asynccontextmanager
async def held(channel: AbstractChannel, queue: str) -> AsyncIterator[HeldLetters]:
    """The messages in `queue` (the dead letters of a service, or `otm.unrouted`) at this moment, and no later ones."""
    declared = await channel.declare_queue(queue, passive=True)
    messages = []
    for _ in range(declared.declaration_result.message_count or 0):
        message = await declared.get(fail=False)
        if message is not None:
            messages.append(message)
    letters = HeldLetters(channel, messages)
    try:
        yield letters
    finally:
        await letters.let_go()


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
        died_at=str(headers.get(DIED_AT, "")),
        body=message.body,
        source=attributes.get("source", ""),
        correlation_id=message.correlation_id or "",
    )


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


def _revived(message: AbstractIncomingMessage, user: str | None) -> Message:
    """The message as it first came: the same event id, and all its tries before it again."""
    copy = copy_of(message, {})
    copy.user_id = user
    copy.headers = {name: value for name, value in copy.headers.items() if not name.startswith("x-otm-")}
    return copy
