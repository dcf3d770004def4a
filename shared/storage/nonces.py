"""Nonces: values that may be used once, remembered until they would be refused anyway."""

from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError


class MongoNonces:
    """The store removes them by itself after their time."""

    INDEXES = (IndexModel([("until", ASCENDING)], expireAfterSeconds=0),)

    def __init__(self, nonces: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._nonces = nonces

    async def first_time(self, nonce: str, until: datetime) -> bool:
        try:
            await self._nonces.insert_one({"_id": nonce, "until": until})
        except DuplicateKeyError:
            return False
        return True
