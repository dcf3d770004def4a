"""Numbers that are given once."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import ReturnDocument


async def next_number(counters: AsyncIOMotorCollection[dict[str, Any]], name: str) -> int:
    """1, 2, 3, … and never the same again; a number that was given before a crash may be left out."""
    while True:
        counter = await counters.find_one_and_update(
            {"_id": name}, {"$inc": {"last": 1}}, upsert=True, return_document=ReturnDocument.AFTER
        )
        if counter is not None:  # the embedded store answers so to all but one of those who make it at the same time
            return int(counter["last"])
