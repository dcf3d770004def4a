"""Taking away what a stack has made: on a given broker its queues and exchanges, in its own folder its data."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aio_pika

from deploy.local.broker.docker import has_volume, remove_volume
from deploy.local.broker.management import Management
from deploy.local.errors import StackError
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from shared.messaging.known_queues import KNOWN_QUEUES
from shared.messaging.names import is_ours, vhost_of
from shared.messaging.topology import is_retry

CONNECT_SECONDS = 5.0
EXCHANGES = ("otm.events", "otm.unrouted", *filter(is_retry, KNOWN_QUEUES))


@dataclass(frozen=True)
class Remains:
    """The things to be taken away. `messages` are those in the queues; None where nobody can count them."""

    paths: Sequence[Path] = ()
    volume: str | None = None
    queues: Sequence[str] = ()
    exchanges: Sequence[str] = ()
    messages: int | None = 0

    @property
    def nothing(self) -> bool:
        return not (self.paths or self.volume or self.queues or self.exchanges)


async def remains(home: Home, settings: LocalSettings) -> Remains:
    """Looks for them. On a given broker every name that is the stack's counts, whichever version declared it."""
    kept = (home.broker, home.store, home.mail, home.letters, home.spool, home.audit_heads, home.clock)
    paths = [path for path in kept if path.exists()]
    if settings.amqp_url is None:
        volume = f"otm-{home.tag}"
        return Remains(paths, volume if await has_volume(volume) else None)
    if settings.management_url is None:
        queues, exchanges = await _declared(settings.amqp_url)
        return Remains(paths, None, queues, exchanges, None)
    async with Management(settings.management_url) as management:
        vhost = vhost_of(settings.amqp_url)
        queues_there = [q for q in await management.listed("queues", vhost, "name,messages") if is_ours(q["name"])]
        exchanges_there = [e["name"] for e in await management.listed("exchanges", vhost) if is_ours(e["name"])]
    messages = sum(queue.get("messages", 0) for queue in queues_there)
    return Remains(paths, None, [queue["name"] for queue in queues_there], exchanges_there, messages)


async def take_away(found: Remains, settings: LocalSettings) -> None:
    """Deletes them. Harmless when repeated."""
    if settings.amqp_url and (found.queues or found.exchanges):
        connection = await aio_pika.connect(settings.amqp_url, timeout=CONNECT_SECONDS)
        async with connection, connection.channel() as channel:
            for queue in found.queues:
                await channel.queue_delete(queue)
            for exchange in found.exchanges:
                await channel.exchange_delete(exchange)
    if found.volume:
        await remove_volume(found.volume)
    for path in found.paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


async def _declared(amqp_url: str) -> tuple[list[str], list[str]]:
    """Returns the queues and exchanges that the services of this version declare, as far as they are there."""
    try:
        connection = await aio_pika.connect(amqp_url, timeout=CONNECT_SECONDS)
    except (OSError, RuntimeError, aio_pika.exceptions.AMQPError) as error:
        raise StackError(
            f"The broker given by OTM_AMQP_URL cannot be reached: {error or type(error).__name__}"
        ) from None
    async with connection:
        return (
            [name for name in KNOWN_QUEUES if await _is_there(connection, "queue", name)],
            [name for name in EXCHANGES if await _is_there(connection, "exchange", name)],
        )


async def _is_there(connection: aio_pika.abc.AbstractConnection, kind: str, name: str) -> bool:
    with suppress(aio_pika.exceptions.ChannelClosed):
        async with connection.channel() as channel:  # a channel of its own: a miss closes it
            await (channel.get_queue(name, ensure=True) if kind == "queue" else channel.get_exchange(name, ensure=True))
            return True
    return False
