"""RabbitMQ's management API, as far as it is only looked at."""

import asyncio
from collections.abc import Mapping
from ssl import create_default_context
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs, quote

import httpx

from shared.errors import Unavailable
from shared.network.trust import trust

ASKED_AGAIN_AFTER = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each further try."""


class ManagementApi:
    """Speaks to `http://user:password@host:port`, or to `https://…/?cafile=/path/to/ca.pem` as the broker's own address
    puts it. Raises `error` where it does not answer as it should."""

    error: ClassVar[type[Exception]] = Unavailable

    def __init__(self, url: str, seconds: float = 10) -> None:
        address, _, query = url.partition("?")
        authority = parse_qs(query).get("cafile")
        verify = create_default_context(cafile=authority[-1]) if authority else trust()
        self._http = httpx.AsyncClient(verify=verify, base_url=address, timeout=seconds, trust_env=False)

    async def listed(self, kind: str, vhost: str, columns: str = "name") -> list[dict[str, Any]]:
        """Returns the `queues`, `exchanges` or `bindings` of a virtual host."""
        answer = await self._ask("GET", f"/api/{kind}/{quoted(vhost)}?columns={columns}")
        found: list[dict[str, Any]] = answer.json()
        return found

    async def published(self, vhost: str, queue: str) -> list[dict[str, float]]:
        """Returns how many messages were put in a queue so far, sampled over the past day: `sample` and `timestamp`, in
        milliseconds since 1970. The finest samples reach ten minutes back."""
        found: dict[float, dict[str, float]] = {}
        for seconds, every in ((600, 5), (3_600, 60), (86_400, 1_800)):
            asked = f"?msg_rates_age={seconds}&msg_rates_incr={every}&columns=message_stats.publish_details.samples"
            answer = (await self._ask("GET", f"/api/queues/{quoted(vhost)}/{quoted(queue)}{asked}")).json()
            details = (answer.get("message_stats") or {}).get("publish_details") or {}
            found |= {each["timestamp"]: each for each in details.get("samples", ())}
        return list(found.values())

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
            raise self.error(f"The broker's management API answers {answer.status_code}: {answer.text[:200]}")
        return answer

    async def _send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        try:
            return await self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise self.error(f"The broker's management API cannot be reached: {type(error).__name__}") from None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self._http.aclose()


def quoted(name: str) -> str:
    return quote(name, safe="")
