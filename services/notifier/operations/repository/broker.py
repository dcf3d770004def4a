"""The broker as operators use it, on a connection of its own and under a user of its own where one is given."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

from services.notifier.operations.ports import Told
from services.notifier.operations.state import DeadGroup, Figures, QueueState, Replay, ServiceState
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
from shared.messaging.management import ManagementApi
from shared.messaging.names import vhost_of
from shared.messaging.queues.figures import figures
from shared.messaging.queues.impact import impact_of
from shared.messaging.queues.queue import QueueNow, by_service, missing_queue, queue_of
from shared.messaging.topology import UNROUTED, dead_queue
from shared.running.settings import BusSettings

LOOKED_AT_MOST = HELD_MOST - 1
"""Dead letters of one queue that are grouped: so many can be looked at without moving one."""
LOOK_SECONDS = 10.0
ANSWER_SECONDS = 5.0
DEPTHS_ALONE = "how old and how fast is not known: set OTM_OPERATIONS_MANAGEMENT_URL"


class OperatorsBroker:
    """`management_url` leads to RabbitMQ's management API; without it depths and consumers are all there is."""

    def __init__(self, settings: BusSettings, management_url: str | None) -> None:
        self._settings, self._management_url = settings, management_url

    async def figures(self) -> Figures:
        if self._management_url is None:
            return _as_figures(await self._depths(), DEPTHS_ALONE)
        vhost = vhost_of(self._settings.amqp_url.get_secret_value())
        try:
            async with asyncio.timeout(LOOK_SECONDS), ManagementApi(self._management_url, ANSWER_SECONDS) as management:
                return _as_figures(await figures(management, vhost))
        except (Unavailable, TimeoutError) as error:
            why = str(error) or "no answer in time"
            return _as_figures(await self._depths(), f"how old and how fast is not known: {why}")

    async def _depths(self) -> list[QueueNow]:
        async with self._connected() as connection, asyncio.timeout(LOOK_SECONDS):
            found = await depths(connection, list(KNOWN_QUEUES))
        return [
            queue_of({"name": name, "messages_ready": found[name].messages, "consumers": found[name].consumers})
            if name in found
            else missing_queue(name)
            for name in KNOWN_QUEUES
        ]

    async def dead(self, queues: Sequence[QueueState]) -> tuple[list[DeadGroup], bool]:
        """Looks at the first of each; those that somebody else looks through now are left out."""
        tally, more = Tally(), False
        async with self._connected() as connection:
            for queue in (each for each in queues if each.name in KNOWN_QUEUES):
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


def _as_figures(queues: Sequence[QueueNow], unknown: str = "") -> Figures:
    return Figures(
        queues=tuple(
            QueueState(
                **queue.model_dump(exclude={"service", "impact"}),
                troubled=queue.troubled,
                impact=impact_of(queue) or "",
            )
            for queue in queues
        ),
        services=tuple(ServiceState(**dict(service)) for service in by_service(queues)),
        unknown=unknown,
    )


async def _count(connection: BrokerConnection, queue: str, tally: Tally) -> None:
    seen = 0
    async with settled(connection, queue, wait_seconds=0), aclosing(letters_in(connection, queue)) as letters:
        async for letter in letters:
            tally.add(letter, queue)
            seen += 1
            if seen == LOOKED_AT_MOST:
                break
