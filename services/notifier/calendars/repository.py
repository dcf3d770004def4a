"""Salts of the links of teams' calendars, in MongoDB."""

from shared.identifiers import new_id
from shared.storage.store import Store


class MongoSalts:
    """Salts by team; the empty text until a team's link is changed for the first time."""

    def __init__(self, store: Store) -> None:
        self._salts = store["calendar_salts"]

    async def salt(self, team: str) -> str:
        row = await self._salts.find_one({"_id": team})
        return str(row["salt"]) if row else ""

    async def change(self, team: str) -> None:
        await self._salts.replace_one({"_id": team}, {"salt": new_id()}, upsert=True)
