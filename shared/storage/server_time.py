"""Time of the store, by which claims and leases run out: machines whose clocks differ agree on it."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

ASK_EVERY_SECONDS = 30.0


class ServerTime:
    """Time as the primary says it, right to within the time of one answer; between answers the process counts on."""

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._database = database
        self._said = datetime.min.replace(tzinfo=UTC)
        self._heard = float("-inf")

    async def now(self) -> datetime:
        asked = time.monotonic()
        if asked >= self._heard + ASK_EVERY_SECONDS:
            hello = await self._database.command("hello")
            self._said, self._heard = hello["localTime"].replace(tzinfo=UTC), time.monotonic()
        return self._said + timedelta(seconds=time.monotonic() - self._heard)
