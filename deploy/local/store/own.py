"""The common part of the stores that we start ourselves, whatever program they are."""

import time
from abc import abstractmethod
from collections.abc import Sequence

from deploy.local.processes.component import Component
from deploy.local.processes.health import Answer, Prober
from deploy.local.processes.program import HUNG_AFTER_SECONDS, Program
from deploy.local.processes.supervised import Supervised
from deploy.local.stack.home import Home
from deploy.local.stack.ports import Ports
from deploy.local.stack.state import Watch, unwatched
from deploy.local.store.store import until_writable
from deploy.local.store.trouble import refused_write

WRITE_SECONDS = 2.0
WRITE_EVERY_SECONDS = 5.0


class OwnStore(Component):
    """A store on a port of our choice on the loopback interface, its data under the home folder."""

    def __init__(self, home: Home, kind: str, watch: Watch = unwatched, hung_after: float = HUNG_AFTER_SECONDS) -> None:
        self.port = Ports(home.ports).get("store")
        self.url = f"mongodb://127.0.0.1:{self.port}/"
        self._look_at, self._refusal = 0.0, ""
        self._data = home.store / kind
        program = Program(
            name="store",
            description=kind,
            command=self._command(),
            port=self.port,
            health=f"mongodb://127.0.0.1:{self.port}",
            alive=self._alive,
            hung_after=hung_after,
            grace=6.0,
        )
        self._process = Supervised(program, home.logs, watch)

    async def _start(self) -> None:
        self._data.mkdir(exist_ok=True)
        await self._process.start()
        await self._initiate()
        await until_writable(self.url)

    async def stop(self) -> None:
        await self._process.stop()

    async def _alive(self) -> Answer:
        """Tells whether it answers and writes: after a full disk it may answer, and write nothing until restarted."""
        async with Prober() as prober:
            answer = await prober.ask(f"mongodb://127.0.0.1:{self.port}")
        if answer.well and time.monotonic() > self._look_at:
            self._refusal = await refused_write(self.url, WRITE_SECONDS)
            self._look_at = time.monotonic() + WRITE_EVERY_SECONDS
        return answer if not answer.well else Answer(not self._refusal, self._refusal)

    @abstractmethod
    def _command(self) -> Sequence[str]: ...

    async def _initiate(self) -> None:
        """Makes the process a primary, once it answers. By default nothing is needed."""
