"""Notifier on a broker where nobody consumes, with one dead letter: something to see on the page of operations."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aio_pika

from deploy.catalogue import consumers
from services.notifier.app import build_app
from services.notifier.settings import Settings
from shared.messaging.declaring import declare
from shared.messaging.settlement import EXCEPTION, ORIGIN
from tests.support.inside import Corner, Inside, inside


@asynccontextmanager
async def notifying(corner: Corner, amqp_url: str, site: dict[str, Any]) -> AsyncIterator[Inside]:
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        await declare(channel, *consumers())
        message = aio_pika.Message(b"{}", headers={ORIGIN: "intake.campaign.paused.v1", EXCEPTION: "Conflict"})
        await channel.default_exchange.publish(message, "intake.dead")
        service = build_app(corner.settings(Settings, amqp_url=amqp_url, site=site))
        async with inside(service, corner) as running:
            yield running
