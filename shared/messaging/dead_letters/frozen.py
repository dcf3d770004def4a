"""A frozen set of dead letters, moved to a queue of its own to be brought back or discarded as one piece of work.

Whoever works on it holds a turn. Where its process dies, the next who looks finds the turn free, and puts what is left
back among the dead letters: the same command, given again, does the rest.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager

from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import DeliveryError
from opentelemetry.instrumentation.utils import suppress_instrumentation

from shared.errors import Conflict, Unavailable
from shared.messaging.dead_letters.letter import DeadLetter, revived, routing_key
from shared.messaging.dead_letters.lock import WAIT_SECONDS, TurnTaken, turn
from shared.messaging.dead_letters.looking import ANSWER_SECONDS, Held, moved, taken
from shared.messaging.declaring import declare_queue, depths
from shared.messaging.topology import EVENTS, NO_LIMIT, UNROUTED, Queue

REPLAYING = ".replaying"
"""The end of the name of the queue that a frozen set waits in."""
TOGETHER = 50
"""Letters that are brought back at the same time, at most, where the rate allows it."""
Chosen = Callable[[DeadLetter], bool]
Told = Callable[[Sequence[DeadLetter]], Awaitable[None]]


class Frozen:
    """Letters of `dead` that were chosen at one moment, in a queue of their own."""

    def __init__(self, connection: AbstractConnection, dead: str, count: int) -> None:
        self.count = count
        self._connection = connection
        self._queue = dead + REPLAYING

    async def replay(self, per_second: float, replayed: Told, user: str | None = None) -> None:
        """Puts each letter back in the queue in which it died, under its own event id, and only then takes it out of
        the set; an event that nobody heard is said again. `replayed` is told of those that are done.

        Raises `Conflict` where a queue to which one goes is not there.
        """
        loop = asyncio.get_running_loop()
        began, done = loop.time(), 0
        together = max(1, min(TOGETHER, round(per_second)))
        async with self._connection.channel(on_return_raises=True) as channel, self._groups(together) as groups:
            async for group in groups:
                await _brought_back(channel, group, user)
                await replayed([held.letter for held in group])
                done += len(group)
                await asyncio.sleep(began + done / per_second - loop.time())

    async def discard(self, discarded: Told) -> None:
        """Takes the letters away for good, once `discarded` has noted which they are."""
        async with self._groups(TOGETHER) as groups:
            async for group in groups:
                await discarded([held.letter for held in group])
                for held in group:
                    await held.message.ack()

    def _groups(self, together: int) -> AbstractAsyncContextManager[AsyncGenerator[list[Held], None]]:
        return aclosing(taken(self._connection, self._queue, together))


@asynccontextmanager
async def frozen(connection: AbstractConnection, dead: str, chosen: Chosen) -> AsyncIterator[Frozen]:
    """Freezes the letters of `dead` that are `chosen` of those there now. What is left in the set at the end goes back.

    Raises `Conflict` where another replay of these dead letters is under way.
    """
    async with turn(connection, dead + REPLAYING, wait_seconds=0):
        async with turn(connection, dead):
            await _thawed(connection, dead)
            count = await _moved_aside(connection, dead, chosen)
        try:
            yield Frozen(connection, dead, count)
        finally:
            async with turn(connection, dead):
                await _thawed(connection, dead)


@asynccontextmanager
async def settled(connection: AbstractConnection, dead: str, wait_seconds: float = WAIT_SECONDS) -> AsyncIterator[int]:
    """A turn at the dead letters, with what an interrupted replay has left among them again. Gives the number of those
    that a replay under way has in hand."""
    async with turn(connection, dead, wait_seconds):
        try:
            async with turn(connection, dead + REPLAYING, wait_seconds=0):
                await _thawed(connection, dead)
        except TurnTaken:
            left = await depths(connection, [dead + REPLAYING])
            yield left[dead + REPLAYING].messages if left else 0
            return
        yield 0


async def _moved_aside(connection: AbstractConnection, dead: str, chosen: Chosen) -> int:
    """Returns how many were chosen. The set is made before anything moves."""
    count = 0
    async with connection.channel(on_return_raises=True) as channel:
        await declare_queue(channel, Queue(dead + REPLAYING, {"x-delivery-limit": NO_LIMIT}))
        async with aclosing(taken(connection, dead, TOGETHER, chosen)) as groups:
            async for group in groups:
                await moved(channel, group, dead + REPLAYING)
                count += len(group)
    return count


async def _thawed(connection: AbstractConnection, dead: str) -> None:
    """Puts what is left of a set back among the dead letters. The set's queue stays: letters that a killed process had
    in hand may come back to it a moment later."""
    if not await depths(connection, [dead + REPLAYING]):
        return
    async with (
        connection.channel(on_return_raises=True) as channel,
        aclosing(taken(connection, dead + REPLAYING, TOGETHER)) as groups,
    ):
        async for group in groups:
            await moved(channel, group, dead)


async def _brought_back(channel: AbstractChannel, group: list[Held], user: str | None) -> None:
    try:
        with suppress_instrumentation():  # a letter goes on in the trace that it died in
            async with asyncio.timeout(ANSWER_SECONDS):
                await asyncio.gather(*(_published(channel, held, user) for held in group))
    except DeliveryError:
        raise Conflict("a queue that letters go to is not there: otm doctor names it") from None
    except TimeoutError:
        raise Unavailable("the broker takes no messages: what is left stays in the dead letters") from None
    for held in group:
        await held.message.ack()


async def _published(channel: AbstractChannel, held: Held, user: str | None) -> None:
    message, key = revived(held.message, user), routing_key(held.message)
    if held.letter.queue == UNROUTED:
        events = await channel.get_exchange(EVENTS, ensure=False)
        await events.publish(message, key, mandatory=True)
    else:
        await channel.default_exchange.publish(message, held.letter.queue, mandatory=True)
