"""MongoDB itself, where it is installed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pymongo.errors import OperationFailure

from deploy.local.home import Home
from deploy.local.state import Watch, unwatched
from deploy.local.store.own import OwnStore
from deploy.local.store.store import connect

REPLICA_SET = "otm"
NOT_YET_INITIALIZED = 94


class MongodStore(OwnStore):
    """A replica set of one member, because transactions and change streams need a replica set."""

    def __init__(self, home: Home, mongod: Path, watch: Watch = unwatched) -> None:
        self._mongod = mongod
        super().__init__(home, "MongoDB", watch)

    def _command(self) -> Sequence[str]:
        return [
            str(self._mongod),
            *("--replSet", REPLICA_SET),
            *("--bind_ip", "127.0.0.1", "--port", str(self.port)),
            *("--dbpath", str(self._data)),
            "--quiet",
        ]

    async def _initiate(self) -> None:
        """Make the set at the first start. The set names its member by address, so a new port is a new member."""
        async with connect(self.url, directConnection=True) as client:
            try:
                config = (await client.admin.command("replSetGetConfig"))["config"]
            except OperationFailure as error:
                if error.code != NOT_YET_INITIALIZED:
                    raise
                await client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": self._members()})
                return
            if config["members"][0]["host"] != self._members()[0]["host"]:
                changed = config | {"version": config["version"] + 1, "members": self._members()}
                await client.admin.command("replSetReconfig", changed, force=True)

    def _members(self) -> list[dict[str, Any]]:
        return [{"_id": 0, "host": f"127.0.0.1:{self.port}"}]
