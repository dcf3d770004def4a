"""Customers whose data is restricted, in MongoDB: each is a suppression list of one, which every process follows."""

from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.dispatcher.population.repository.blocks import of_generation
from services.dispatcher.suppression.index import FOR_EVER, SuppressionEntry
from services.dispatcher.suppression.list_lines import LONG_AGO
from services.dispatcher.suppression.repository.blocks import block_of
from services.dispatcher.suppression.repository.suppressions import RESTRICTIONS, MongoSuppressions
from services.dispatcher.suppression.rules import RESTRICTED
from shared.identifiers import new_id
from shared.storage.store import Store

UNDERTAKEN = "undertaken"
"""The last campaign that undertook to write to the customer, so that others leave them alone; letters say which did."""


class MongoRestrictions:
    def __init__(self, store: Store, suppressions: MongoSuppressions) -> None:
        self._restrictions = store[RESTRICTIONS]
        self._blocks = store["suppression_blocks"]
        self._suppressions = suppressions

    async def restrict(self, customer: bytes, reason: str, by: str, at: datetime) -> None:
        """Restricts the customer. The entry is written first, under a version of its own, so that every process that
        learns of the version can read it."""
        load = new_id()
        entry, generation = SuppressionEntry(customer, RESTRICTED, LONG_AGO, FOR_EVER), self._suppressions.generation
        await self._blocks.insert_one(block_of(load, 0, [entry], generation))
        try:
            await self._restrictions.insert_one(
                {"_id": customer.hex(), "load": load, "reason": reason, "by": by, "at": at} | of_generation(generation)
            )
        except DuplicateKeyError:
            await self._blocks.delete_many({"load": load})
        self._suppressions.look_anew()

    async def lift(self, customer: bytes) -> None:
        before = await self._restrictions.find_one_and_delete({"_id": customer.hex()})
        self._suppressions.look_anew()
        if before:
            await self._blocks.delete_many({"load": before["load"]})

    async def restricted(self, customer: bytes) -> bool:
        return await self._restrictions.find_one({"_id": customer.hex()}, {"_id": 1}) is not None

    async def about(self, customer: bytes) -> dict[str, list[dict[str, Any]]]:
        names = {each.load: each.name for each in await self._suppressions.lists()}
        suppression = [
            {"list": names[version], "reason": reason, "from": since, "until": until}
            for version, reason, since, until in await self._suppressions.about(customer)
            if version in names
        ]
        last = await self._suppressions.last_contact(customer)
        undertaken = [{"campaign": last.campaign, "on": last.day}] if last else []
        return {name: rows for name, rows in (("suppression", suppression), (UNDERTAKEN, undertaken)) if rows}
