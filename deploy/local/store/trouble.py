"""Trouble of a store that answers."""

import asyncio

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

DATABASE, COLLECTION = "otm_operations", "probes"


async def store_trouble(url: str, seconds: float) -> str:
    """Writes one small document; returns why that fails, as on a full disk, or an empty text where it does not."""
    client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(
        url, serverSelectionTimeoutMS=round(seconds * 1000), retryWrites=False
    )
    try:
        async with asyncio.timeout(seconds):
            probes = client[DATABASE][COLLECTION]
            await probes.update_one({"_id": "status"}, {"$inc": {"asked": 1}}, upsert=True)
    except TimeoutError:
        return f"takes no writes: no answer within {seconds:g} s"
    except PyMongoError as error:
        return f"takes no writes: {str(error)[:200]}"
    finally:
        # a server that hangs is not waited for
        await asyncio.wait([asyncio.ensure_future(client.close())], timeout=0.1)
    return ""
