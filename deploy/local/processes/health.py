"""Probes of whether a process answers."""

import asyncio
from typing import Self
from urllib.parse import urlsplit

import httpx


class Prober:
    """Asks `http://…` (200 is a yes) and `tcp://host:port` (an accepted connection is a yes)."""

    def __init__(self, timeout: float = 1.0) -> None:
        self._timeout = timeout
        # A proxy that the machine is set to use is not for its own loopback interface.
        self._http = httpx.AsyncClient(timeout=timeout, trust_env=False)

    async def answers(self, url: str) -> bool:
        return await (self._accepts(url) if url.startswith("tcp:") else self._is_ok(url))

    async def _is_ok(self, url: str) -> bool:
        try:
            return (await self._http.get(url)).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    async def _accepts(self, url: str) -> bool:
        address = urlsplit(url)
        try:
            async with asyncio.timeout(self._timeout):
                _, writer = await asyncio.open_connection(address.hostname, address.port)
        except OSError:  # TimeoutError is one too
            return False
        writer.close()
        return True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self._http.aclose()
