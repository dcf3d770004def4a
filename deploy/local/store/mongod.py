"""MongoDB itself, where it is installed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from pymongo.errors import OperationFailure

from deploy.local.processes.program import HUNG_AFTER_SECONDS
from deploy.local.stack.home import Home
from deploy.local.stack.state import Watch, unwatched
from deploy.local.store.own import OwnStore
from deploy.local.store.store import connect

REPLICA_SET = "otm"
NOT_YET_INITIALIZED = 94


class MongodStore(OwnStore):
    """A replica set of one member, because transactions and change streams need a replica set."""

    def __init__(
        self, home: Home, mongod: Path, watch: Watch = unwatched, hung_after: float = HUNG_AFTER_SECONDS
    ) -> None:
        self._mongod = mongod
        super().__init__(home, "MongoDB", watch, hung_after)

    def _command(self) -> Sequence[str]:
        return [
            str(self._mongod),
            *("--replSet", REPLICA_SET),
            *("--bind_ip", "127.0.0.1", "--port", str(self.port)),
            *("--dbpath", str(self._data)),
            "--quiet",
        ]

    async def _initiate(self) -> None:
        async with connect(self.url, directConnection=True) as client:
            await ensure_initiated(client.admin, f"127.0.0.1:{self.port}")


class Admin(Protocol):
    """A MongoDB server's `admin` database."""

    async def command(self, command: str, value: Any = 1, **options: Any) -> Mapping[str, Any]: ...


async def ensure_initiated(admin: Admin, host: str) -> None:
    """Makes the set at the first start. It names its member by host and port, so a new port is a change of the set."""
    members = [{"_id": 0, "host": host}]
    try:
        config = (await admin.command("replSetGetConfig"))["config"]
    except OperationFailure as error:
        if error.code != NOT_YET_INITIALIZED:
            raise
        await admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
        return
    if config["members"][0]["host"] != host:
        changed = {**config, "version": config["version"] + 1, "members": members}
        await admin.command("replSetReconfig", changed, force=True)
