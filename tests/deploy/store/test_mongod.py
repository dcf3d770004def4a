from collections.abc import Mapping
from typing import Any

from pymongo.errors import OperationFailure

from deploy.local.store.mongod import NOT_YET_INITIALIZED, ensure_initiated


class FakeAdmin:
    """A MongoDB server's replica set configuration."""

    def __init__(self, config: dict[str, Any] | None = None) -> None:
        self.config = config
        self.commands: list[str] = []

    async def command(self, command: str, value: Any = 1, **options: Any) -> Mapping[str, Any]:
        self.commands.append(command)
        if command == "replSetGetConfig":
            if self.config is None:
                raise OperationFailure("no replset config has been received", NOT_YET_INITIALIZED)
            return {"config": self.config}
        assert command == "replSetInitiate" or options == {"force": True}
        self.config = {"version": 1, **value}
        return {"ok": 1}


async def test_a_replica_set_is_made_at_the_first_start_alone() -> None:
    admin = FakeAdmin()
    await ensure_initiated(admin, "127.0.0.1:27017")
    await ensure_initiated(admin, "127.0.0.1:27017")
    assert admin.config == {"_id": "otm", "version": 1, "members": [{"_id": 0, "host": "127.0.0.1:27017"}]}
    assert admin.commands.count("replSetInitiate") == 1
    assert "replSetReconfig" not in admin.commands


async def test_a_replica_set_follows_its_member_to_another_port() -> None:
    admin = FakeAdmin({"_id": "otm", "version": 3, "term": 2, "members": [{"_id": 0, "host": "127.0.0.1:1"}]})
    await ensure_initiated(admin, "127.0.0.1:2")
    assert admin.config == {"_id": "otm", "version": 4, "term": 2, "members": [{"_id": 0, "host": "127.0.0.1:2"}]}
