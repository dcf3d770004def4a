"""A service inside the test's own process: on the real store, spoken to over HTTP without a socket.

Its bus is never started: what it says waits in the outbox, where a test can read it.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx

from deploy.local.demo.signing import Signing
from deploy.local.stack.access import ensure_access
from deploy.local.stack.home import Home
from deploy.local.stack.keyring import ensure_keyring
from shared.clock import ShiftedClock
from shared.messaging.envelope import Envelope
from shared.running.service import Service
from shared.running.settings import ServiceSettings
from shared.storage.migrations.structure import RECORDS
from shared.storage.store import Store
from tests.support.closing import close_aside
from tests.support.serving import serving

S = TypeVar("S", bound=ServiceSettings)
P = TypeVar("P")
NOBODY_LISTENS = "amqp://nobody:nothing@127.0.0.1:1/none"


async def kept_in(store: Store) -> list[str]:
    """Returns the collections that have anything in them, but for those in which a store keeps that it was migrated."""
    names = await store.database.list_collection_names()
    return [name for name in names if name not in (RECORDS, "commits") and await store[name].count_documents({})]


@dataclass(frozen=True)
class Corner:
    """A store of one's own, and the keys and access that a service's settings ask for."""

    home: Home
    mongo_url: str
    database: str

    @classmethod
    def made(cls, folder: Path, mongo_url: str, database: str) -> "Corner":
        home = Home(folder / "otm")
        home.prepare()
        ensure_keyring(home)
        ensure_access(home)
        return cls(home, mongo_url, database)

    def move_clock(self, instant: datetime) -> None:
        """Make `instant` the present of every service that lives here."""
        ShiftedClock(self.home.clock).shift_to(instant)

    def settings(self, kind: type[S], **further: Any) -> S:
        return kind.model_validate(
            {
                "amqp_url": NOBODY_LISTENS,
                "mongo_url": self.mongo_url,
                "mongo_database": self.database,
                "keyring_file": self.home.keyring,
                "access_file": self.home.access,
                "clock_file": self.home.clock,
                **further,
            }
        )


class Inside:
    def __init__(self, service: Service, corner: Corner) -> None:
        self.service = service
        self._home = corner.home
        self._keys: dict[str, str] = json.loads(corner.home.credentials.read_bytes())

    def move_clock(self, instant: datetime) -> None:
        """Make `instant` the present."""
        ShiftedClock(self._home.clock).shift_to(instant)

    def caller(self, subject: str | None) -> httpx.AsyncClient:
        """Somebody of `deploy.local.stack.access`, who signs where they have to, or nobody known."""
        transport = httpx.ASGITransport(self.service.api, raise_app_exceptions=False)
        return httpx.AsyncClient(
            transport=transport,
            base_url="http://service",
            headers=self.key(subject) if subject else {},
            auth=Signing(self._home, subject) if subject == "letter-issuer" else None,
        )

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """The service on a socket of its own, served as it is in earnest; gives its URL."""
        async with serving(self.service.http(port=0)) as url:
            yield url

    def key(self, subject: str) -> dict[str, str]:
        """The header that makes a caller known."""
        return {"Authorization": f"Bearer {self._keys[subject]}"}

    def part(self, kind: type[P]) -> P:
        """The part of the service that its HTTP functions ask for as `kind`."""
        found: P = self.service.api.state.parts[kind]
        return found

    async def said(self) -> list[Envelope]:
        """Returns all that waits in the outbox in the order in which it was stored, urgent or not."""
        rows = sorted(await self.service.store.outbox.oldest(10_000), key=lambda row: row.stored)
        return [envelope for row in rows for envelope in row.envelopes]


@asynccontextmanager
async def inside(service: Service, corner: Corner) -> AsyncIterator[Inside]:
    await service.store.prepare()
    try:
        yield Inside(service, corner)
    finally:
        close_aside(service.store)
