"""SecantusDB: the MongoDB protocol on WiredTiger, from PyPI. For development and tests."""

import sys
from collections.abc import Sequence

from deploy.local.processes.program import HUNG_AFTER_SECONDS
from deploy.local.stack.home import Home
from deploy.local.stack.state import Watch, unwatched
from deploy.local.store.own import OwnStore


class SecantusStore(OwnStore):
    """Says it is a replica set of one. What it has acknowledged survives a SIGKILL, because every commit is synced.

    Drivers are asked not to repeat writes by themselves, which is of use where another member takes over: SecantusDB
    0.7.0b3 looks through its records of repeatable writes, up to 10,000, at each write (ADR 0107).
    """

    def __init__(self, home: Home, watch: Watch = unwatched, hung_after: float = HUNG_AFTER_SECONDS) -> None:
        self._configuration = home.store / "secantusd.toml"
        super().__init__(home, "SecantusDB", watch, hung_after)
        self.url += "?retryWrites=false"

    async def _start(self) -> None:
        self._configuration.touch()
        await super()._start()

    def _command(self) -> Sequence[str]:
        return [
            *(sys.executable, "-m", "secantus"),
            *("--config", str(self._configuration)),  # an empty one, so that none is looked for elsewhere
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--storage-path", str(self._data), "--sync-on-commit"),
            *("--log-level", "WARNING"),
        ]
