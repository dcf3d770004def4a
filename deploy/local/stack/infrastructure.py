"""The ground that services stand on: a broker and a store."""

import asyncio

from deploy.local.broker.ways import broker_ways
from deploy.local.processes.component import Component, together
from deploy.local.stack.home import Home
from deploy.local.stack.machine import Machine
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.state import Watch, unwatched
from deploy.local.stack.ways import choose
from deploy.local.store.ways import store_ways


class Infrastructure(Component):
    """A broker and a store, each by the first way that applies. Their data stays in the home folder when they stop.

    Once made, the ways are chosen (or NoWayError raised) and the URLs known; once started, both serve. `broker` and
    `store` can be stopped and started on their own, as a test of an outage does.
    """

    def __init__(self, home: Home, settings: LocalSettings | None = None, watch: Watch = unwatched) -> None:
        settings, machine = settings or LocalSettings(), Machine()
        home.prepare()
        self.broker = choose("RabbitMQ broker", broker_ways(home, settings, machine, watch), settings.broker).build()
        self.store = choose("MongoDB store", store_ways(home, settings, machine, watch), settings.store).build()

    @property
    def amqp_url(self) -> str:
        """Leads to the virtual host of the stack's own services."""
        return self.broker.amqp_url

    @property
    def management_url(self) -> str | None:
        """RabbitMQ's management API with user and password; None for a broker that was given without it."""
        return self.broker.management_url

    @property
    def mongo_url(self) -> str:
        return self.store.url

    async def _start(self) -> None:
        await together(self.broker.start(), self.store.start())

    async def stop(self) -> None:
        await asyncio.gather(self.store.stop(), self.broker.stop())
