"""Trouble of a store that answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local.errors import StackError

DATABASE, COLLECTION = "otm_operations", "probes"
STORE_ERRORS = (PyMongoError,)
"""Errors of the driver, for those who may not know it."""


async def store_trouble(url: str, seconds: float) -> str:
    """Writes one small document; returns why that fails, as on a full disk, or an empty text where it does not."""
    try:
        await _write(url, seconds)
    except TimeoutError:
        return f"takes no writes: no answer within {seconds:g} s"
    except PyMongoError as error:
        return f"takes no writes: {_words(error)}"
    return ""


async def refused_write(url: str, seconds: float) -> str:
    """Returns why the store itself refuses to write; an empty text where it writes, is slow, or cannot be reached."""
    try:
        await _write(url, seconds)
    except OperationFailure as error:
        return f"takes no writes: {_words(error)}"
    except (TimeoutError, PyMongoError):
        return ""
    return ""


async def greeting(url: str, seconds: float) -> tuple[dict[str, Any], str]:
    """Returns what a store says of itself (`hello`), and its version. Raises `StackError` where it does not say."""
    try:
        async with _client(url, seconds) as client, asyncio.timeout(seconds):
            hello = await client.admin.command("hello")
            return hello, str((await client.admin.command("buildInfo")).get("version", "unknown"))
    except (TimeoutError, PyMongoError) as error:
        raise StackError(f"The store does not say who it is: {type(error).__name__}") from None


async def _write(url: str, seconds: float) -> None:
    async with _client(url, seconds) as client, asyncio.timeout(seconds):
        probes = client[DATABASE][COLLECTION]
        await probes.update_one({"_id": "status"}, {"$inc": {"asked": 1}}, upsert=True)


@asynccontextmanager
async def _client(url: str, seconds: float) -> AsyncIterator[AsyncMongoClient[dict[str, Any]]]:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
        url, serverSelectionTimeoutMS=round(seconds * 1000), retryWrites=False
    )
    try:
        yield client
    finally:
        # a server that hangs is not waited for
        await asyncio.wait([asyncio.ensure_future(client.close())], timeout=0.1)


def _words(error: PyMongoError) -> str:
    details = error.details if isinstance(error, OperationFailure) else None
    return str((details or {}).get("errmsg") or error)[:200]
