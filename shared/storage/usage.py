"""When each access key was last used, in MongoDB."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import UpdateOne


class MongoUsage:
    def __init__(self, used: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._used = used

    async def keep(self, used: Mapping[str, datetime]) -> None:
        await self._used.bulk_write(
            [UpdateOne({"_id": key}, {"$max": {"at": at}}, upsert=True) for key, at in used.items()], ordered=False
        )

    async def last_used(self) -> Mapping[str, datetime]:
        return {row["_id"]: row["at"] async for row in self._used.find({})}
