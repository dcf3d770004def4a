"""RabbitMQ's management API, as far as a stack needs it."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Self
from urllib.parse import quote

import httpx

from deploy.local.errors import StackError
from shared.network.trust import trust

ASKED_AGAIN_AFTER = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each further try."""


class Management:
    """Speaks to `http://user:password@host:port`. Raises `StackError` where it does not answer as it should."""

    def __init__(self, url: str, seconds: float = 10) -> None:
        self._http = httpx.AsyncClient(verify=trust(), base_url=url, timeout=seconds, trust_env=False)

    async def create_vhost(self, name: str) -> None:
        """Makes the virtual host, with full rights for the asking user. Harmless when it is there."""
        await self._ask("PUT", f"/api/vhosts/{_quoted(name)}")

    async def delete_vhost(self, name: str) -> None:
        await self._ask("DELETE", f"/api/vhosts/{_quoted(name)}")

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

    async def listed(self, kind: str, vhost: str, columns: str = "name") -> list[dict[str, Any]]:
        """Returns the `queues`, `exchanges` or `bindings` of a virtual host."""
        answer = await self._ask("GET", f"/api/{kind}/{_quoted(vhost)}?columns={columns}")
        found: list[dict[str, Any]] = answer.json()
        return found

    async def published(self, vhost: str, queue: str) -> list[dict[str, float]]:
        """Returns how many messages were put in a queue so far, sampled over the past day: `sample` and `timestamp`, in
        milliseconds since 1970. The finest samples reach ten minutes back."""
        found: dict[float, dict[str, float]] = {}
        for seconds, every in ((600, 5), (3_600, 60), (86_400, 1_800)):
            asked = f"?msg_rates_age={seconds}&msg_rates_incr={every}&columns=message_stats.publish_details.samples"
            answer = (await self._ask("GET", f"/api/queues/{_quoted(vhost)}/{_quoted(queue)}{asked}")).json()
            details = (answer.get("message_stats") or {}).get("publish_details") or {}
            found |= {each["timestamp"]: each for each in details.get("samples", ())}
        return list(found.values())

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
        await self._ask("DELETE", f"/api/users/{_quoted(name)}")

    async def delete(self, kind: str, vhost: str, name: str) -> None:
        """Deletes one of the `queues` or `exchanges` of a virtual host."""
        await self._ask("DELETE", f"/api/{kind}/{_quoted(vhost)}/{_quoted(name)}")

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        """A question that the broker fails to answer, as it does of queues whose leader is being elected, is asked
        again."""
        answer = await self._send(method, path, body)
        for pause in ASKED_AGAIN_AFTER if method == "GET" else ():
            if not answer.is_server_error:
                break
            await asyncio.sleep(pause)
            answer = await self._send(method, path, body)
        if answer.is_error:
            raise StackError(f"The broker's management API answers {answer.status_code}: {answer.text[:200]}")
        return answer

    async def _send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        try:
            return await self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise StackError(f"The broker's management API cannot be reached: {type(error).__name__}") from None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self._http.aclose()


def leaderless(queues: Iterable[Mapping[str, Any]]) -> list[str]:
    """Returns the names of the quorum queues without a leader, of queues with their name, type and leader."""
    return sorted(queue["name"] for queue in queues if queue.get("type") == "quorum" and not queue.get("leader"))


def _quoted(name: str) -> str:
    return quote(name, safe="")
