"""SecantusDB: the MongoDB protocol on WiredTiger, from PyPI. For development and tests."""

import sys
from collections.abc import Sequence

from deploy.local.processes.program import HUNG_AFTER_SECONDS
from deploy.local.stack.home import Home
from deploy.local.stack.state import Watch, unwatched
from deploy.local.store.expired import forget_expired
from deploy.local.store.own import OwnStore

CONFIGURATION = """\
[storage]
ttl_sweep_seconds = 0
"""


class SecantusStore(OwnStore):
    """Says it is a replica set of one. What it has acknowledged survives a SIGKILL, because every commit is synced.

    Drivers are asked not to repeat writes by themselves, which is of use where another member takes over: SecantusDB
    0.7.0b3 looks through its records of repeatable writes, up to 10,000, at each write (ADR 0107). What has expired is
    taken out when it starts, and not every minute: its own sweep reads every document of a collection with such an
    index, and nobody gets an answer meanwhile (ADR 0214).
    """

    def __init__(self, home: Home, watch: Watch = unwatched, hung_after: float = HUNG_AFTER_SECONDS) -> None:
        self._configuration = home.store / "secantusd.toml"
        super().__init__(home, "SecantusDB", watch, hung_after)
        self.url += "?retryWrites=false"

    async def _start(self) -> None:
        self._configuration.write_text(CONFIGURATION)
        await super()._start()

    async def _initiate(self) -> None:
        await forget_expired(self.url)

    def _command(self) -> Sequence[str]:
        return [
            *(sys.executable, "-m", "secantus"),
            *("--config", str(self._configuration)),
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--storage-path", str(self._data), "--sync-on-commit"),
            *("--log-level", "WARNING"),
        ]
