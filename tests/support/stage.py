"""The four services as processes of their own, on the run's broker and store, in a corner of their own."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from deploy.local.demo.figures import Outcome
from deploy.local.demo.journey import Journey
from deploy.local.demo.people import population_csv
from deploy.local.demo.steps import Display
from deploy.local.stack.environment import Wiring
from deploy.local.stack.home import Home
from deploy.local.stack.mailsink import MailSink
from deploy.local.stack.services import Services
from tests.support.ground import Ground

CUSTOMERS, SEED = 700, 11
J = TypeVar("J", bound=Journey)


class Silent:
    """A display that shows nothing."""

    def step(self, title: str) -> None: ...

    def say(self, fact: str) -> None: ...

    def progress(self, done: int, total: int) -> None: ...


@dataclass
class Stage:
    home: Home
    services: Services
    ground: Ground
    amqp_url: str
    database_prefix: str

    @property
    def urls(self) -> dict[str, str]:
        return {"amqp": self.amqp_url, **self.services.urls()}

    def journey(self, kind: type[J], display: Display, patience: float = 60, last_look: float = 60) -> J:
        return kind(self.home, self.urls, population(), display, patience, last_look)

    async def play(self, patience: float = 60, last_look: float = 60, display: Display | None = None) -> Outcome:
        return await self.journey(Journey, display or Silent(), patience, last_look).play()


def population() -> Sequence[bytes]:
    return list(population_csv(CUSTOMERS, SEED, agents=True))


@asynccontextmanager
async def stage(
    ground: Ground,
    amqp_url: str,
    folder: Path,
    *,
    replicas: int = 1,
    commands: Mapping[str, Sequence[str]] | None = None,
    environment: Mapping[str, Mapping[str, str]] | None = None,
) -> AsyncIterator[Stage]:
    """Ready to serve; everything stopped at the end."""
    home = Home(folder)
    home.prepare()
    prefix = f"t{uuid4().hex[:8]}_"
    async with MailSink(home) as mail:
        wiring = Wiring(amqp_url=amqp_url, mongo_url=ground.mongo_url, smtp_port=mail.port, database_prefix=prefix)
        async with Services(home, wiring, replicas=replicas, commands=commands, environment=environment) as services:
            yield Stage(home, services, ground, amqp_url, prefix)
