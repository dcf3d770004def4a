"""The broker as operators use it, on a connection of its own and under a user of its own where one is given."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

from services.notifier.operations.ports import Told
from services.notifier.operations.state import DeadGroup, QueueState, Replay
from shared.errors import OtmError, Unavailable
from shared.messaging.broker_words import broker_words
from shared.messaging.connection import BrokerConnection, plain_connection
from shared.messaging.dead_letters.choice import Choice, Tally
from shared.messaging.dead_letters.frozen import frozen, settled
from shared.messaging.dead_letters.letter import DeadLetter
from shared.messaging.dead_letters.lock import TurnTaken
from shared.messaging.dead_letters.looking import HELD_MOST, letters_in
from shared.messaging.declaring import depths
from shared.messaging.known_queues import KNOWN_QUEUES
from shared.messaging.topology import UNROUTED, dead_queue
from shared.running.settings import BusSettings

LOOKED_AT_MOST = HELD_MOST - 1
"""Dead letters of one queue that are grouped: so many can be looked at without moving one."""
LOOK_SECONDS = 10.0


class OperatorsBroker:
    def __init__(self, settings: BusSettings) -> None:
        self._settings = settings

    async def queues(self) -> list[QueueState]:
        async with self._connected() as connection, asyncio.timeout(LOOK_SECONDS):
            found = await depths(connection, list(KNOWN_QUEUES))
        return [
            QueueState(name=name, waiting=found[name].messages, consumers=found[name].consumers)
            if name in found
            else QueueState(name=name, missing=True)
            for name in KNOWN_QUEUES
        ]

    async def dead(self, queues: Sequence[QueueState]) -> tuple[list[DeadGroup], bool]:
        """Looks at the first of each; those that somebody else looks through now are left out."""
        tally, more = Tally(), False
        async with self._connected() as connection:
            for queue in queues:
                more |= queue.waiting > LOOKED_AT_MOST
                try:
                    await _count(connection, queue.name, tally)
                except TurnTaken:
                    more = True
        return [DeadGroup.model_validate(row) for row in tally.rows()], more

    async def replay(self, order: Replay, told: Told) -> bool:
        chosen = Choice(order.queue, order.cause, order.campaign)

        async def replayed(letters: Sequence[DeadLetter]) -> None:
            await told([letter.event_id for letter in letters])

        async with self._connected() as connection:
            try:
                async with frozen(connection, holder(order.queue), chosen) as found:
                    await found.replay(order.rate, replayed, self._settings.user)
            except TurnTaken:
                return False
        return True

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[BrokerConnection]:
        """Raises `Unavailable` for what goes wrong on it, other than errors of our own."""
        try:
            connection = await plain_connection(self._settings, "operations")
            async with connection:
                yield connection
        except OtmError:
            raise
        except Exception as error:
            raise Unavailable(f"the broker cannot be asked: {broker_words(error)}") from error


def holder(queue: str) -> str:
    """Returns the queue that holds the dead letters of a consumer's queue, or the events that nobody heard."""
    return UNROUTED if queue == UNROUTED else dead_queue(queue.partition(".")[0])


async def _count(connection: BrokerConnection, queue: str, tally: Tally) -> None:
    seen = 0
    async with settled(connection, queue, wait_seconds=0), aclosing(letters_in(connection, queue)) as letters:
        async for letter in letters:
            tally.add(letter, queue)
            seen += 1
            if seen == LOOKED_AT_MOST:
                break
