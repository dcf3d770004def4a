"""A broker that is reached over TLS alone, under the users of `otm topology`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aio_pika
from aio_pika.abc import AbstractChannel

from deploy.catalogue import SERVICES
from deploy.local.operate.topology.rights import users
from shared.running.settings import BusSettings

PASSWORDS = {user.name: f"secret-of-{user.name}" for user in users()}


@dataclass(frozen=True)
class Guarded:
    """A broker with a TLS listener, and the management API of its administrator."""

    port: int
    authority: Path
    management_url: str

    def url(self, user: str, authority: Path | None = None) -> str:
        return f"amqps://{user}:{PASSWORDS[user]}@localhost:{self.port}/otm?cafile={authority or self.authority}"

    def settings(self, user: str) -> BusSettings:
        given = {"amqp_url": self.url(user), "publishers": [*SERVICES], "declares": "own"}
        return BusSettings.model_validate(given)

    @asynccontextmanager
    async def channel(self, user: str) -> AsyncIterator[AbstractChannel]:
        async with await aio_pika.connect(self.url(user)) as connection:
            yield await connection.channel(on_return_raises=True)
