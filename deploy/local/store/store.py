"""The interface that every way to a store offers."""

import asyncio
from typing import Any, Protocol

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from deploy.local.errors import StartError


class Store(Protocol):
    """A replica set, of one member or more, that takes writes."""

    @property
    def url(self) -> str: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


def connect(url: str, **options: Any) -> AsyncMongoClient[dict[str, Any]]:
    return AsyncMongoClient(url, serverSelectionTimeoutMS=1000, **options)


async def until_writable(url: str, patience: float = 20.0) -> None:
    """Returns when there is a primary; raises StartError after that many seconds."""
    try:
        async with asyncio.timeout(patience), connect(url) as client:
            while not await _is_writable(client):
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise StartError("store", f"has had no primary for {patience:g} s") from None


async def _is_writable(client: AsyncMongoClient[dict[str, Any]]) -> bool:
    try:
        hello = await client.admin.command("hello")
    except PyMongoError:
        return False
    return bool(hello["isWritablePrimary"])
