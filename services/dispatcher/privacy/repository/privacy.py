"""Store of everything that is kept about one customer of populations.

Blocks have no index of customers: such requests are rare, and an index would cost every load. All blocks are looked
through, 16 bytes a customer.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.dispatcher.customers.customer import Customer
from services.dispatcher.issue.repository import MongoDispatch
from services.dispatcher.ledger.repository.ledger import LETTER, WITHHELD, withheld_id
from services.dispatcher.letters.communication import reference_of
from services.dispatcher.population.repository.block_reader import holder_of
from services.dispatcher.population.repository.blocks import BLOCKS, INDEX_BYTES, blanked, customers_in, indexed
from services.dispatcher.population.repository.instants import loaded_at
from services.dispatcher.privacy.subject import Row, RowProgress
from shared.customers.reference import CustomerReference
from shared.errors import NotFound
from shared.protection import Cipher
from shared.storage.store import Document, Store

NOT_FOR_READERS = ("_id", "customer", "row", "rank", "chunk", "said")


class MongoSubjects:
    def __init__(self, store: Store, ledger: MongoDispatch, cipher: Cipher, reference_key: bytes) -> None:
        self._blocks = store[BLOCKS]
        self._loads = store["loads"]
        self._communications = store["communications"]
        self._withheld = store[WITHHELD]
        self._ledger = ledger
        self._cipher = cipher
        self._reference_key = reference_key

    async def holder(self, letter: str) -> tuple[bytes, CustomerReference]:
        entry = await self._communications.find_one({"_id": letter, **LETTER})
        campaign = await self._ledger.campaign(entry["campaign"]) if entry else None
        if entry is None or campaign is None or campaign.load is None:
            raise NotFound("no letter with this reference has been issued")
        block = await self._block(campaign.load, entry["row"])
        index, customer = dict(indexed(block))[entry["row"]], self._customer(block, entry["row"])
        if customer.erased:
            raise NotFound("whoever had this letter has been erased")
        return index, campaign.customer(customer.reference)

    async def rows(self, index: bytes) -> list[Row]:
        found = self._loads.find({}, {"campaign": 1, "loaded_at": 1})
        loads = {row["_id"]: (row["campaign"], loaded_at(row)) async for row in found}
        return [
            Row(loads[block["load"]][0], block["load"], number, loads[block["load"]][1].isoformat())
            async for block in self._holding(index)
            for number, found in indexed(block)
            if found == index and block["load"] in loads
        ]

    async def letters(self, rows: Sequence[Row]) -> list[str]:
        return [entry["_id"] for _, entry in await self._entries(rows) if "channel" in entry]

    async def records(self, rows: Sequence[Row]) -> dict[str, list[dict[str, Any]]]:
        population = [
            {"campaign": row.campaign, "row": row.number, "loaded_at": row.loaded_at, "said": await self._said(row)}
            for row in rows
        ]
        communications = [_readable(entry) for _, entry in await self._entries(rows)]
        named = (("population", population), ("communications", communications))
        return {name: found for name, found in named if found}

    async def progress(self, row: Row) -> RowProgress:
        campaign = await self._ledger.campaign(row.campaign)
        return RowProgress(row, campaign, await self._ledger.chunk_of(row.campaign, row.number))

    async def erase(self, progress: RowProgress, at: datetime) -> bool:
        row, chunk = progress.row, progress.chunk
        if chunk is not None and progress.to_be_left_out and not await self._ledger.leave_out(chunk, row.number):
            return False
        await self._overwrite(row, at)
        entries = [entry for _, entry in await self._entries([row])]
        tokens = [withheld_id(row.campaign, entry["customer"]) for entry in entries if entry.get("customer")]
        await self._withheld.delete_many({"_id": {"$in": tokens}})
        change = {"$unset": {"customer": ""}, "$set": {"erased_at": at}}
        await self._communications.update_many({"_id": {"$in": [entry["_id"] for entry in entries]}}, change)
        return True

    async def _overwrite(self, row: Row, at: datetime) -> None:
        """Overwrites the row's data, and tries again where another process changed the block at the same moment."""
        while True:
            block = await self._block(row.load, row.number)
            as_read = {name: block[name] for name in ("_id", "personal", "customers")}
            change = {"$set": blanked(block, [row.number], self._cipher), "$addToSet": {"erased": [row.number, at]}}
            if (await self._blocks.update_one(as_read, change)).matched_count:
                return

    async def _said(self, row: Row) -> dict[str, Any]:
        customer = asdict(self._customer(await self._block(row.load, row.number), row.number))
        return {name: sorted(value) if name == "flags" else value for name, value in customer.items() if value}

    async def _entries(self, rows: Sequence[Row]) -> list[tuple[Row, Document]]:
        """Returns the rows with their entries in the ledger: the letter, or the note that none was sent."""
        found = []
        for row in rows:
            number = (await self._ledger.campaign(row.campaign)).number
            letter = reference_of(number, row.number, self._reference_key)
            of_row = {"_id": {"$in": [letter, f"{row.campaign}:{row.number}"]}}
            found += [(row, entry) async for entry in self._communications.find(of_row)]
        return found

    async def _holding(self, index: bytes) -> AsyncIterator[Document]:
        async for block in self._blocks.find({}, {"customers": 1}):
            if _has(block["customers"], index):
                whole = await self._blocks.find_one({"_id": block["_id"]})
                if whole:
                    yield whole

    async def _block(self, load: str, row: int) -> Document:
        return await self._blocks.find_one({"_id": holder_of(load, row)}) or {}

    def _customer(self, block: Document, row: int) -> Customer:
        return next(customer for number, customer in customers_in(block, self._cipher) if number == row)


def _has(customers: bytes, index: bytes) -> bool:
    """Returns whether this index is one of the indexes that stand there one after the other."""
    at = customers.find(index)
    while at % INDEX_BYTES and at >= 0:
        at = customers.find(index, at + 1)
    return at >= 0


def _readable(entry: Document) -> dict[str, Any]:
    plain = {name: value for name, value in entry.items() if name not in NOT_FOR_READERS and value is not None}
    return {"letter": entry["_id"], **plain} if "channel" in entry else plain
