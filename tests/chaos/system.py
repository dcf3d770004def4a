"""The four services with a proxy before the broker, another before the store, and a clock for each of them."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from aio_pika.exceptions import AMQPError
from pymongo.errors import PyMongoError

from deploy.local.demo.services import UnexpectedAnswerError
from deploy.local.errors import StackError
from deploy.local.processes.busy import stretched
from deploy.local.processes.health import Prober
from deploy.local.stack.home import Home
from deploy.local.stack.services import SERVICES, Services
from tests.chaos.clocks import Clocks
from tests.chaos.crash_points import CrashPoints
from tests.chaos.own_ground import OwnGround
from tests.chaos.waiting import Waiting
from tests.support.amqp_proxy import AmqpProxy
from tests.support.ground import Ground
from tests.support.stage import Stage, stage
from tests.support.store_proxy import StoreProxy, store_proxy

RETRY_SECONDS = (0.2, 1.0, 5.0)
LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 240.0
"""For the whole system to be well again, or to have heard everything, once nobody disturbs it any more."""
AWAY = (OSError, AMQPError, PyMongoError, TimeoutError, StackError, RuntimeError)
"""Ways to find that the broker or the store cannot be asked at the moment."""


@dataclass
class System:
    """`amqp_url` leads to the broker past the proxy. `own` is the broker and the store where they are ours to be
    disturbed; None for those that others use too."""

    stage: Stage
    amqp_url: str
    broker: AmqpProxy
    store: StoreProxy
    clocks: Clocks
    crash_points: CrashPoints
    waiting: Waiting
    own: OwnGround | None

    @property
    def home(self) -> Home:
        return self.stage.home

    @property
    def services(self) -> Services:
        return self.stage.services

    async def well(self) -> None:
        """Returns when every service says that it is, with all that it relies on."""

        async def look() -> str:
            async with Prober() as prober:
                asked = [prober.ask(f"{url}/health/ready?wholly=true") for url in self.services.urls().values()]
                return "; ".join(answer.trouble for answer in await asyncio.gather(*asked) if not answer.well)

        await _until_nothing(look, "the services to be well")

    async def settled(self) -> None:
        """Returns when all that was said has been heard: seen `waiting.LOOKS` times, for what a service has in hand is
        not in a queue."""
        await _until_nothing(self.waiting.look, "everything to be heard")


async def _until_nothing(look: Callable[[], Awaitable[str]], what: str) -> None:
    seen = ""
    try:
        async with asyncio.timeout(stretched(PATIENCE_SECONDS)):
            while True:
                try:
                    seen = await look()
                except AWAY as error:
                    seen = type(error).__name__
                if not seen:
                    return
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        raise UnexpectedAnswerError(f"waited {PATIENCE_SECONDS:g} s for {what}; last seen: {seen}") from None


@asynccontextmanager
async def system(ground: Ground, amqp_url: str, folder: Path, own: OwnGround | None = None) -> AsyncIterator[System]:
    """Ready to serve, in a virtual host and databases of its own; everything stopped at the end."""
    Home(folder).prepare()
    points = CrashPoints(folder / "markers")
    async with AsyncExitStack() as parts:
        apart = parts.enter_context(tempfile.TemporaryDirectory(prefix="otm-clocks-"))  # from a disk that may be full
        clocks = Clocks(Path(apart), SERVICES)
        broker = await parts.enter_async_context(AmqpProxy(amqp_url).running())
        store = parts.enter_context(store_proxy(ground.mongo_url))
        # as `SecantusStore` asks for it
        through = replace(ground, mongo_url=f"{store.url}&retryWrites=false")
        environment = {
            service: {
                "OTM_CLOCK_FILE": str(clocks.files[service]),
                "OTM_TEST_MARKERS": str(points.folder / service),
                "OTM_RETRY_DELAYS": f"[{','.join(map(str, RETRY_SECONDS))}]",
            }
            for service in SERVICES
        }
        tampering = [sys.executable, "-m", "tests.support.tampering"]
        commands = {service: [*tampering, service, *points.options(service)] for service in SERVICES}
        running = await parts.enter_async_context(
            stage(through, broker.url, folder, commands=commands, environment=environment)
        )
        waiting = Waiting(amqp_url, ground.mongo_url, running.database_prefix, RETRY_SECONDS)
        yield System(running, amqp_url, broker, store, clocks, points, waiting, own)
