"""RabbitMQ's management API, as far as a stack needs it."""

from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from deploy.local.errors import StackError
from shared.messaging.management import ManagementApi, quoted


class Management(ManagementApi):
    """Looks at all and changes things. Raises `StackError` where the API does not answer as it should."""

    error = StackError

    async def create_vhost(self, name: str) -> None:
        """Makes the virtual host, with full rights for the asking user. Harmless when it is there."""
        await self._ask("PUT", f"/api/vhosts/{quoted(name)}")

    async def delete_vhost(self, name: str) -> None:
        await self._ask("DELETE", f"/api/vhosts/{quoted(name)}")

    async def alarms(self) -> list[str]:
        """Returns the resources that are short (`memory`, `disk`), for which publishers are blocked."""
        answer = await self._send("GET", "/api/health/checks/alarms")
        if answer.status_code == httpx.codes.OK:
            return []
        alarms = answer.json().get("alarms", ()) if "json" in answer.headers.get("content-type", "") else ()
        return sorted({str(alarm["resource"]).removesuffix(" space") for alarm in alarms}) or [
            f"unknown ({answer.status_code})"
        ]

    async def nodes(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self._ask("GET", "/api/nodes")).json()
        return found

    async def version(self) -> str:
        return str(
            (await self._ask("GET", "/api/overview?columns=rabbitmq_version")).json().get("rabbitmq_version", "")
        )

    async def definitions(self) -> dict[str, Any]:
        """Returns users, rights, policies, exchanges, queues and bindings of all virtual hosts."""
        found: dict[str, Any] = (await self._ask("GET", "/api/definitions")).json()
        return found

    async def take(self, definitions: Mapping[str, Any]) -> None:
        """Makes what the broker does not have, and changes users, rights, policies and limits. Deletes nothing."""
        await self._ask("POST", "/api/definitions", definitions)

    async def leaderless(self) -> list[str]:
        """Returns the quorum queues, of all virtual hosts, that have no leader: nothing can be put in or taken out."""
        return leaderless((await self._ask("GET", "/api/queues?columns=name,type,leader")).json())

    async def users(self) -> list[dict[str, Any]]:
        """Returns the users of the broker with their tags."""
        found: list[dict[str, Any]] = (await self._ask("GET", "/api/users?columns=name,tags")).json()
        return found

    async def put(self, path: str, body: Mapping[str, str]) -> None:
        """Makes or changes a user (`users/NAME`), or their rights (`permissions/…`, `topic-permissions/…`)."""
        await self._ask("PUT", f"/api/{path}", body)

    async def delete_user(self, name: str) -> None:
        await self._ask("DELETE", f"/api/users/{quoted(name)}")

    async def delete(self, kind: str, vhost: str, name: str) -> None:
        """Deletes one of the `queues` or `exchanges` of a virtual host."""
        await self._ask("DELETE", f"/api/{kind}/{quoted(vhost)}/{quoted(name)}")


def leaderless(queues: Iterable[Mapping[str, Any]]) -> list[str]:
    """Returns the names of the quorum queues without a leader, of queues with their name, type and leader."""
    return sorted(queue["name"] for queue in queues if queue.get("type") == "quorum" and not queue.get("leader"))
