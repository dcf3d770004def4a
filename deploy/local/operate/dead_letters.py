"""Dead letters of the running stack, or of the broker and store that the environment names."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import aio_pika
from aio_pika.abc import AbstractChannel

from deploy.catalogue import SERVICES, consumers
from deploy.local.errors import StackError
from deploy.local.operate.protection.operators import address, note
from shared.contracts import CONTRACTS, Contract
from shared.messaging.dead_letters import DeadLetter, HeldLetters, held
from shared.messaging.redaction import redacted, word_shown
from shared.messaging.topology import UNROUTED, dead_queue
from shared.tracing import known_correlation

OURS = "/one-to-many/"


async def counted() -> list[dict[str, Any]]:
    """Counts the dead letters of each queue and kind of cause, and the events that nobody heard."""
    found: Counter[tuple[str, str]] = Counter()
    async with _channel() as channel:
        for queue in (*map(dead_queue, SERVICES), UNROUTED):
            async with held(channel, queue) as letters:
                found.update((letter.queue or queue, letter.kind) for letter in letters.letters)
    return [{"queue": queue, "cause": cause, "count": count} for (queue, cause), count in sorted(found.items())]


async def shown(queue: str, cause: str) -> list[dict[str, Any]]:
    """Returns the dead letters whose cause has the text in it, with everything that may be a customer's masked."""
    async with _channel() as channel, held(channel, _held_in(queue)) as letters:
        return [_described(letter) for letter in _chosen(letters, queue, cause)]


async def replay(queue: str, cause: str, rate: float, confirm: Callable[[Counter[str]], bool]) -> int:
    """Puts the dead letters that are there now back in their queue, if `confirm` agrees to the count of each cause.

    Returns how many. Each keeps its event id, so that doing it twice has one effect; who did it is kept in the trail.
    """
    async with _channel() as channel, held(channel, _held_in(queue)) as letters:
        chosen = _chosen(letters, queue, cause)
        if not confirm(Counter(letter.kind for letter in chosen)):
            return 0
        replayed: list[DeadLetter] = []
        try:
            await letters.replay(chosen, rate, replayed.append, _user())
        finally:
            await _note("dead-letters.replayed", queue, cause, replayed)
    return len(replayed)


async def discard(queue: str, cause: str, confirm: Callable[[Counter[str]], bool]) -> int:
    """Takes the dead letters that are there now away for good, if `confirm` agrees to the count of each cause.

    Returns how many; who did it, and the ids of the events, are kept in the trail.
    """
    async with _channel() as channel, held(channel, _held_in(queue)) as letters:
        chosen = _chosen(letters, queue, cause)
        if not confirm(Counter(letter.kind for letter in chosen)):
            return 0
        discarded: list[DeadLetter] = []
        try:
            await letters.discard(chosen, discarded.append)
        finally:
            await _note("dead-letters.discarded", queue, cause, discarded)
    return len(discarded)


def _user() -> str | None:
    user = urlsplit(address("amqp")).username
    return unquote(user) if user else None


async def _note(action: str, queue: str, cause: str, letters: Sequence[DeadLetter]) -> None:
    await note(action, {"queue": queue, "cause": cause, "events": [letter.event_id for letter in letters]})


def _held_in(queue: str) -> str:
    """The queue that holds the dead letters of `queue`."""
    if queue == UNROUTED or queue in map(dead_queue, SERVICES):
        return queue
    for consumer in consumers():
        if consumer.queue == queue:
            return consumer.dead
    raise StackError(f"No service has a queue {queue}; `otm dead-letters list` names those that have dead letters")


def _chosen(letters: HeldLetters, queue: str, cause: str) -> list[DeadLetter]:
    """By queue (or by the dead letters' own queue, for those that do not say where they died) and by cause."""
    unsaid = "" if queue in map(dead_queue, SERVICES) else queue
    return [
        letter
        for letter in letters.letters
        if letter.queue == unsaid and (cause in letter.cause or cause in letter.kind)
    ]


def _described(letter: DeadLetter) -> dict[str, Any]:
    known = {contract.event_type: contract for contract in CONTRACTS}
    known |= {consumer.queue: consumer.contract for consumer in consumers()}
    contract = known.get(letter.queue) or known.get(letter.event_type, Contract)
    return {
        "queue": letter.queue,
        "source": letter.source if letter.source.startswith(OURS) else f"… {len(letter.source)} characters",
        "correlation_id": known_correlation(letter.correlation_id) or "not an id",
        "event_id": word_shown(letter.event_id),
        "event_type": letter.event_type if letter.event_type in known else word_shown(letter.event_type),
        "subject": word_shown(letter.subject),
        "cause": letter.cause,
        "attempts": letter.attempts,
        "died_at": letter.died_at,
        "data": redacted(letter.body, contract),
    }


@asynccontextmanager
async def _channel() -> AsyncIterator[AbstractChannel]:
    connection = await aio_pika.connect(address("amqp"))
    async with connection, connection.channel(on_return_raises=True) as channel:
        yield channel
