"""The two connections of a service: one to publish and one to consume.

Under a memory alarm the broker stops reading from publishers; a consumer on the same connection could then not even
acknowledge what it has finished.
"""

from functools import partial

import structlog
from faststream.rabbit import Channel, RabbitBroker
from faststream.rabbit.utils import RabbitClientProperties

from shared.settings import BusSettings

RECONNECT_EVERY = 1.0  # seconds
HEARTBEAT = 10  # seconds

log = structlog.get_logger(__name__)


def fail_loudly(prefetch: int) -> Channel:
    """A channel that raises when a message reaches no queue. A single plain channel would disarm the whole service."""
    return Channel(on_return_raises=True, prefetch_count=prefetch)


class Connection:
    """One robust connection; `up` says whether it holds at the moment."""

    def __init__(self, purpose: str, service: str, settings: BusSettings) -> None:
        self.purpose = purpose
        self.up = False
        self.broker = RabbitBroker(
            settings.amqp_url.get_secret_value(),
            client_properties=RabbitClientProperties(heartbeat=HEARTBEAT),
            default_channel=fail_loudly(settings.prefetch),
            reconnect_interval=RECONNECT_EVERY,
            graceful_timeout=settings.graceful_seconds,
            on_close=[partial(self._mark, False)],
            on_reconnected=[partial(self._mark, True)],
            app_id=service,
            apply_types=False,
            logger=None,
        )

    async def open(self) -> None:
        """Raises the client's own error when the broker is not there."""
        await self.broker.connect()
        self._mark(True)

    def _mark(self, up: bool, *_: object) -> None:
        self.up = up
        log.info("broker connection", purpose=self.purpose, up=up)
