"""RabbitMQ's management API, as far as a stack needs it."""

from typing import Self
from urllib.parse import quote

import httpx


class Management:
    """Speaks to `http://user:password@host:port`."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=10, trust_env=False)

    async def create_vhost(self, name: str) -> None:
        """Makes the virtual host, with full rights for the asking user. Harmless when it is there."""
        (await self._http.put(_path(name))).raise_for_status()

    async def delete_vhost(self, name: str) -> None:
        (await self._http.delete(_path(name))).raise_for_status()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self._http.aclose()


def _path(vhost: str) -> str:
    return f"/api/vhosts/{quote(vhost, safe='')}"
