"""The connections of a service: one to publish and one to consume, and plain ones to look at the topology.

Under a memory or disk alarm the broker stops reading from publishers; a consumer on the same connection could then not
even acknowledge what it has finished.
"""

import asyncio
from functools import partial
from typing import Any, cast

import aio_pika
import structlog
from aio_pika.abc import AbstractConnection, AbstractRobustConnection
from faststream.rabbit import Channel, RabbitBroker
from faststream.rabbit.utils import RabbitClientProperties

from shared.running.settings import BusSettings

BrokerConnection = AbstractConnection
"""A connection as services outside the bus hold one."""
RECONNECT_SECONDS = 1.0
HEARTBEAT_SECONDS = 10
CONNECT_SECONDS = 5.0
_NOTE_BLOCKED = "_Connection__handle_connection_blocked"
"""The method by which aiormq takes `connection.blocked`. It keeps the fact and drops the broker's reason."""

log = structlog.get_logger(__name__)


def fail_loudly(prefetch: int) -> Channel:
    """A channel that raises when a message reaches no queue. A single plain channel would disarm the whole service."""
    return Channel(on_return_raises=True, prefetch_count=prefetch)


async def plain_connection(settings: BusSettings, purpose: str) -> AbstractConnection:
    """A connection that does not restore anything by itself. Raises the client's own error, within 5 s."""
    return await aio_pika.connect(
        settings.amqp_url.get_secret_value(),
        timeout=CONNECT_SECONDS,
        client_properties={"connection_name": purpose},
        heartbeat=HEARTBEAT_SECONDS,
    )


class Connection:
    """One robust connection; `up` says whether it holds at the moment."""

    def __init__(self, purpose: str, service: str, settings: BusSettings) -> None:
        self.purpose = purpose
        self.up = False
        self.user = settings.user
        self.link: AbstractRobustConnection | None = None
        self._blocked_by = ""
        self.broker = RabbitBroker(
            settings.amqp_url.get_secret_value(),
            client_properties=RabbitClientProperties(heartbeat=HEARTBEAT_SECONDS),
            default_channel=fail_loudly(settings.prefetch),
            reconnect_interval=RECONNECT_SECONDS,
            graceful_timeout=settings.graceful_seconds,
            on_close=[partial(self._mark, False)],
            on_reconnected=[partial(self._mark, True)],
            app_id=service,
            apply_types=False,
            logger=None,
        )

    async def open(self) -> None:
        """Raises the client's own error when the broker is not there."""
        self.link = await self.broker.connect()
        self._mark(True)

    async def close(self) -> None:
        """Finish what is in hand within the deadline of the settings, and close."""
        await self.broker.stop()
        self.link = None

    async def blocked_by(self) -> str:
        """The alarm by which the broker has stopped reading from this connection, in its own words; empty if none."""
        underlay = self._underlay()
        if underlay is None:
            return ""
        try:
            async with asyncio.timeout(0):
                await underlay.ready()
        except TimeoutError:
            return self._blocked_by or "an alarm of memory or disk"
        return ""

    async def reconnect(self) -> None:
        """Drop the transport, so that everything is restored on a new one."""
        if (underlay := self._underlay()) is not None:
            await underlay.close()

    def _underlay(self) -> Any:
        transport = self.link.transport if self.link is not None else None
        return transport.connection if transport is not None else None

    def _mark(self, up: bool, *_: object) -> None:
        if up != self.up:
            log.info("broker connection", purpose=self.purpose, up=up)
        self.up = up
        if up:
            self._note_alarms()

    def _note_alarms(self) -> None:
        underlay = self._underlay()
        taken = getattr(underlay, _NOTE_BLOCKED, None)
        if taken is None:
            return

        async def note(frame: Any) -> None:
            self._blocked_by = str(frame.reason)
            log.error("broker takes no messages", purpose=self.purpose, reason=self._blocked_by)
            await cast(Any, taken)(frame)

        setattr(underlay, _NOTE_BLOCKED, note)
