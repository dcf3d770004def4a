"""The common part of the stores that we start ourselves, whatever program they are."""

from abc import abstractmethod
from collections.abc import Sequence

from deploy.local.processes.component import Component
from deploy.local.processes.program import HUNG_AFTER_SECONDS, Program
from deploy.local.processes.supervised import Supervised
from deploy.local.stack.home import Home
from deploy.local.stack.ports import Ports
from deploy.local.stack.state import Watch, unwatched
from deploy.local.store.store import until_writable


class OwnStore(Component):
    """A store on a port of our choice on the loopback interface, its data under the home folder."""

    def __init__(self, home: Home, kind: str, watch: Watch = unwatched, hung_after: float = HUNG_AFTER_SECONDS) -> None:
        self.port = Ports(home.ports).get("store")
        self.url = f"mongodb://127.0.0.1:{self.port}/"
        self._data = home.store / kind
        program = Program(
            name="store",
            description=kind,
            command=self._command(),
            port=self.port,
            health=f"mongodb://127.0.0.1:{self.port}",
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

    @abstractmethod
    def _command(self) -> Sequence[str]: ...

    async def _initiate(self) -> None:
        """Makes the process a primary, once it answers. By default nothing is needed."""
