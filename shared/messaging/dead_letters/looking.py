"""A look through a queue of dead letters, however long it is, holding few of them at a time."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from inspect import unwrap

from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from opentelemetry.instrumentation.utils import suppress_instrumentation

from shared.errors import Unavailable
from shared.messaging.dead_letters.letter import DeadLetter, kept, letter_of

HELD_MOST = 400
"""Letters that are looked at and held. Of a longer queue the oldest are moved to its end, to make room."""
MOVED_TOGETHER = 100
IN_HAND = HELD_MOST + MOVED_TOGETHER
"""Letters that the broker gives out before it has an answer to the first of them: those that are held, and a group for
which a caller answers."""
ANSWER_SECONDS = 30.0
BACK_SECONDS = 30.0
ROUND_TRIPS = 3
"""Questions after which a queue has done what it put off: the first finds what it had begun with done, and the rest
begun."""


@dataclass(frozen=True, slots=True)
class Held:
    """A letter with its message, not acknowledged yet."""

    letter: DeadLetter
    message: AbstractIncomingMessage


class Look:
    """Letters of `queue` at the moment when it began, each once. What is not taken stays.

    Up to 400 are only held, and let go in their places. Beyond that the oldest are put at the end of the queue, by a
    confirmed copy and then an acknowledgement: a look that dies in between leaves a letter twice, and never loses one.
    """

    def __init__(self, channel: AbstractChannel, queue: str, count: int) -> None:
        self.count = count
        self._channel = channel
        self._queue = queue
        self._arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        self._held: deque[Held] = deque()
        self._taken = 0

    @property
    def left(self) -> int:
        """The letters that the queue has again, at least, once everything that is held has been given back."""
        return self.count - self._taken

    async def letters(self) -> AsyncGenerator[Held, None]:
        """Yields each letter. Raises `Unavailable` where the broker gives no more, or takes no copies."""
        queue = await self._channel.get_queue(self._queue, ensure=False)
        await self._channel.set_qos(prefetch_count=IN_HAND)
        # not the one that tracing puts around it: nothing is done for a letter here
        consume = unwrap(type(queue).consume)
        tag = await consume(queue, self._arrived.put)
        try:
            for _ in range(self.count):
                message = await self._next()
                held = Held(letter_of(message), message)
                self._held.append(held)
                yield held
                if len(self._held) >= HELD_MOST:
                    await self._make_room()
        finally:
            if not self._channel.is_closed:
                await queue.cancel(tag)

    def take(self) -> None:
        """Makes the caller answer for the letter that was yielded last."""
        self._held.pop()
        self._taken += 1

    async def let_go(self) -> None:
        """Gives back everything that is held, in order, and returns when the broker has done all that it was asked.

        A quorum queue puts off what comes fast, and forgets it with the channel: a letter that was moved, and whose
        acknowledgement was put off, would be there twice. It does in order what it has put off, so that once it counts
        the letters that were given back, those that were acknowledged before are gone.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(BACK_SECONDS):
                for _ in range(0 if await self._give_back() else ROUND_TRIPS):
                    await self._asked_for_one()
                while await _depth(self._channel, self._queue) < self.left:
                    await asyncio.sleep(0.02)
                    await self._give_back()  # what was still on its way here

    async def _give_back(self) -> bool:
        """Returns whether there was anything."""
        left = [*(held.message for held in self._held), *_drained(self._arrived)]
        self._held.clear()
        for message in left:
            await message.nack(requeue=True)
        return bool(left)

    async def _asked_for_one(self) -> None:
        """Asks for a letter, answered once what was asked before is done; one that died meanwhile goes back."""
        queue = await self._channel.get_queue(self._queue, ensure=False)
        died = await queue.get(fail=False)
        if died is not None:
            await died.nack(requeue=True)

    async def _next(self) -> AbstractIncomingMessage:
        try:
            return await asyncio.wait_for(self._arrived.get(), ANSWER_SECONDS)
        except TimeoutError:
            raise Unavailable(f"the broker gives out no more letters of {self._queue}: try again") from None

    async def _make_room(self) -> None:
        await moved(self._channel, [self._held.popleft() for _ in range(MOVED_TOGETHER)], self._queue)


@asynccontextmanager
async def looking(connection: AbstractConnection, queue: str) -> AsyncIterator[Look]:
    """A look through the letters that are in `queue` now, and not through later ones. Whoever looks has a turn."""
    async with connection.channel(on_return_raises=True) as channel:
        look = Look(channel, queue, await _depth(channel, queue))
        try:
            yield look
        finally:
            if not channel.is_closed:
                await look.let_go()


async def _depth(channel: AbstractChannel, queue: str) -> int:
    return (await channel.declare_queue(queue, passive=True)).declaration_result.message_count or 0


async def letters_in(connection: AbstractConnection, queue: str) -> AsyncGenerator[DeadLetter, None]:
    """Yields the letters in `queue` now, and leaves them there."""
    async with looking(connection, queue) as look, aclosing(look.letters()) as found:
        async for held in found:
            yield held.letter


async def taken(
    connection: AbstractConnection,
    queue: str,
    together: int,
    chosen: Callable[[DeadLetter], bool] | None = None,
) -> AsyncGenerator[list[Held], None]:
    """Yields groups of the letters in `queue` that are chosen, for which the caller answers; the others stay. Letters
    that the caller does not answer for go back."""
    group: list[Held] = []
    async with looking(connection, queue) as look, aclosing(look.letters()) as letters:
        async for held in letters:
            if chosen and not chosen(held.letter):
                continue
            look.take()
            group.append(held)
            if len(group) >= together:
                yield group
                group = []
        if group:
            yield group


async def moved(channel: AbstractChannel, letters: list[Held], to: str) -> None:
    """Puts letters in another queue, or at the end of their own. Each is there before it is taken from where it was,
    and keeps its place in its trace."""
    try:
        with suppress_instrumentation():
            async with asyncio.timeout(ANSWER_SECONDS):
                await asyncio.gather(
                    *(
                        channel.default_exchange.publish(kept(held.message, held.letter), to, mandatory=True)
                        for held in letters
                    )
                )
    except TimeoutError:
        raise Unavailable(f"the broker takes no messages: of a long queue like {to} not all can be looked at") from None
    for held in letters:
        await held.message.ack()


def _drained(arrived: asyncio.Queue[AbstractIncomingMessage]) -> list[AbstractIncomingMessage]:
    return [arrived.get_nowait() for _ in range(arrived.qsize())]
