"""Dead letters of the running stack, or of the broker and store that the environment names."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel

from deploy.catalogue import SERVICES, consumers
from deploy.local.errors import StackError
from deploy.local.operate.operators import address, note
from shared.messaging.dead_letters import DeadLetter, HeldLetters, held, redacted


async def counted() -> list[dict[str, Any]]:
    """Counts the dead letters of each queue and cause."""
    found: Counter[tuple[str, str]] = Counter()
    async with _channel() as channel:
        for service in SERVICES:
            async with held(channel, service) as letters:
                found.update((letter.queue, letter.cause) for letter in letters.letters)
    return [{"queue": queue, "cause": cause, "count": count} for (queue, cause), count in sorted(found.items())]


async def shown(queue: str, cause: str) -> list[dict[str, Any]]:
    """Returns the dead letters whose cause has the text in it, with everything that may be a customer's masked."""
    async with _channel() as channel, held(channel, _service_of(queue)) as letters:
        return [_described(letter) for letter in _chosen(letters, queue, cause)]


async def replay(queue: str, cause: str, rate: float, confirm: Callable[[Counter[str]], bool]) -> int:
    """Puts the dead letters that are there now back in their queue, if `confirm` agrees to the count of each cause.

    Returns how many. Each keeps its event id, so that doing it twice has one effect; who did it is kept in the trail.
    """
    async with _channel() as channel, held(channel, _service_of(queue)) as letters:
        chosen = _chosen(letters, queue, cause)
        if not confirm(Counter(letter.cause for letter in chosen)):
            return 0
        replayed: list[DeadLetter] = []
        try:
            await letters.replay(chosen, rate, replayed.append)
        finally:
            await _note(queue, cause, replayed)
    return len(replayed)


async def _note(queue: str, cause: str, replayed: Sequence[DeadLetter]) -> None:
    details = {"queue": queue, "cause": cause, "events": [letter.event_id for letter in replayed]}
    await note("dead-letters.replayed", details)


def _service_of(queue: str) -> str:
    for consumer in consumers():
        if consumer.queue == queue:
            return consumer.service
    raise StackError(f"No service has a queue {queue}; `otm dead-letters list` names those that have dead letters")


def _chosen(letters: HeldLetters, queue: str, cause: str) -> list[DeadLetter]:
    return [letter for letter in letters.letters if letter.queue == queue and cause in letter.cause]


def _described(letter: DeadLetter) -> dict[str, Any]:
    contract = next(consumer.contract for consumer in consumers() if consumer.queue == letter.queue)
    return {
        "queue": letter.queue,
        "event_id": letter.event_id,
        "event_type": letter.event_type,
        "subject": letter.subject,
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
