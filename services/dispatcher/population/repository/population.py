"""Populations in MongoDB, a block of rows a document: personal data encrypted, customers known by blind index."""

import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Literal

from pymongo import ASCENDING, IndexModel

from services.dispatcher.campaigns.campaign import DispatchedCampaign, KnownCampaign
from services.dispatcher.campaigns.repository.campaigns import MongoCampaigns
from services.dispatcher.customers.customer import Customer, Recipient, Rejection
from services.dispatcher.customers.reference import ReferenceRule
from services.dispatcher.customers.schema import PopulationSchema
from services.dispatcher.population.ports import ROWS_PER_BLOCK
from services.dispatcher.population.report import Candidate, LoadReport, asked
from services.dispatcher.population.repository.abandoned import MongoLoading
from services.dispatcher.population.repository.block_reader import BlockReader, holder_of
from services.dispatcher.population.repository.blocks import (
    BLOCKS,
    block_document,
    customers_in,
    eligible_in,
    in_welsh,
    indexed,
    without,
)
from services.dispatcher.schedule.allocation import Eligible, Place
from services.dispatcher.schedule.chunk import Chunk
from shared.clock import Clock
from shared.contracts import Contract
from shared.customers.reference import Kind
from shared.errors import Conflict
from shared.events import events_after
from shared.protection import Cipher
from shared.storage.reencryption import EncryptedField
from shared.storage.store import Document, Indexes, Session, Store
from shared.trail import AuditTrail

RECIPIENTS = Indexes(BLOCKS, (IndexModel([("load", ASCENDING), ("first", ASCENDING)]),))
ENCRYPTED = (EncryptedField(BLOCKS, "personal"),)
"""Fields that follow a rotation of keys."""


class MongoPopulation:
    """`trail` is told who loads what, before it takes effect: what was loaded is never there without its entry."""

    def __init__(
        self,
        store: Store,
        campaigns: MongoCampaigns,
        loading: MongoLoading,
        cipher: Cipher,
        clock: Clock,
        trail: AuditTrail,
        source: str,
        generation: int = 1,
    ) -> None:
        """`generation` is that of the newest index key, by which customers are known."""
        self._store = store
        self._campaigns = campaigns
        self._loading = loading
        self._blocks = store[BLOCKS]
        self._reader = BlockReader(self._blocks)
        self._cipher = cipher
        self._clock = clock
        self._trail = trail
        self._source = source
        self._generation = generation

    async def campaign(self, reference: str) -> DispatchedCampaign:
        return await self._campaigns.campaign(reference)

    async def schema(self, campaign: DispatchedCampaign) -> PopulationSchema:
        declared = await self.declared_schema(campaign.reference)
        return declared or PopulationSchema(reference=ReferenceRule(kind=campaign.plan.reference_kind))

    async def declared_schema(self, reference: str) -> PopulationSchema | None:
        kept = await self._store["population_schemas"].find_one({"_id": reference}, {"_id": 0})
        return PopulationSchema.model_validate(kept) if kept else None

    async def declare(self, reference: str, schema: PopulationSchema) -> None:
        """Raises `Conflict` once the campaign has its population: the file was read by the schema it had then."""
        if await self._store["loads"].find_one({"campaign": reference}, {"_id": 1}):
            raise Conflict("the campaign has its population already")
        kept = {"_id": reference, **schema.model_dump(mode="json")}
        await self._store["population_schemas"].replace_one({"_id": reference}, kept, upsert=True)

    async def known(self) -> list[KnownCampaign]:
        """Returns every campaign that may be given a population, or has one, the newest first."""
        return await self._campaigns.known()

    async def rows_so_far(self, reference: str) -> int | None:
        """Returns the rows kept of a load that is under way, to the block; None where there is none."""
        load = await self._loading.under_way(reference)
        return None if load is None else ROWS_PER_BLOCK * await self._blocks.count_documents({"load": load})

    async def begin(self, load: str, campaign: str) -> None:
        await self._loading.begin(load, campaign)

    async def add(self, load: str, first: int, block: Sequence[Candidate | Rejection]) -> None:
        await self._loading.touch(load)
        await self._blocks.insert_one(block_document(load, first, block, self._cipher, self._generation))

    async def withdraw(self, load: str, reasons: Mapping[int, str]) -> list[Eligible]:
        await self._loading.touch(load)
        block = await self._blocks.find_one({"_id": holder_of(load, next(iter(reasons)))}) or {}
        withdrawn = [customer for customer in eligible_in(block) if customer.row in reasons]
        if withdrawn:
            changed = without(block, {customer.row: reasons[customer.row] for customer in withdrawn}, self._cipher)
            await self._blocks.update_one({"_id": block["_id"]}, {"$set": changed})
        return withdrawn

    async def write_in_welsh(self, load: str, rows: Sequence[int]) -> None:
        await self._loading.touch(load)
        block = await self._blocks.find_one({"_id": holder_of(load, rows[0])}) or {}
        await self._blocks.update_one({"_id": block["_id"]}, {"$set": in_welsh(block, rows, self._cipher)})

    async def finish(self, campaign: str, known_by: Kind, report: LoadReport, said: Sequence[Contract]) -> None:
        now = self._clock.now()
        await self._trail.append(now, report.sent_by, "population.load-asked", asked(campaign, report))
        summary = report.event(campaign, now).model_dump(mode="json") | {"loaded_at": now}

        async def write(session: Session) -> None:
            await self._campaigns.set_population(campaign, report.load, known_by, session)
            await self._loading.end(report.load, session)
            await self._store["loads"].insert_one({"_id": report.load, **summary}, session=session)

        await self._store.commit(write, *events_after(report.load, self._source, now, said))

    async def discard(self, load: str) -> None:
        await self._loading.discard(load)

    async def sha256(self, load: str) -> str:
        return str((await self.loaded(load))["sha256"])

    async def loaded(self, load: str) -> Document:
        """The report of a finished load."""
        return await self._store["loads"].find_one({"_id": load}, {"_id": 0}) or {}

    async def left_out(self, load: str, which: Literal["rejected", "suppressed"]) -> AsyncIterator[str]:
        """A report as CSV, some lines at a time: row, field and reason, or row and reason, all codes of ours."""
        yield _csv([("row", "field", "reason") if which == "rejected" else ("row", "reason")])
        async for block in self._blocks_of(load, which):
            if block[which]:
                yield _csv(block[which])

    async def eligible(self, load: str) -> AsyncIterator[Eligible]:
        async for block in self._blocks_of(load, "randomised"):
            for customer in eligible_in(block):
                yield customer

    async def randomised(self, load: str) -> AsyncIterator[tuple[Eligible, Customer]]:
        """Yields the customers who are randomised, with their places."""
        order = [("load", ASCENDING), ("first", ASCENDING)]
        async for block in self._blocks.find({"load": load}, {"randomised": 1, "personal": 1}).sort(order):
            known = dict(customers_in(block, self._cipher))
            for eligible in eligible_in(block):
                yield eligible, known[eligible.row]

    async def recipients(self, load: str, chunk: Chunk) -> dict[int, Recipient]:
        rows = {assignment.row for assignment in chunk.assignments}
        return {
            row: Recipient(row, customer)
            for block in await self._reader.holding(load, rows)
            for row, customer in customers_in(block, self._cipher)
            if row in rows
        }

    async def places(self, load: str, rows: Sequence[int]) -> dict[int, Place]:
        """The places of those customers of these rows who are randomised."""
        wanted = set(rows)
        blocks = await self._reader.holding(load, wanted)
        return {each.row: each.place for block in blocks for each in eligible_in(block) if each.row in wanted}

    async def indexes(self, load: str, rows: Sequence[int]) -> dict[int, bytes]:
        """The blind indexes of the customers of these rows."""
        wanted = set(rows)
        found: dict[int, bytes] = {}
        for block in await self._reader.holding(load, wanted):
            found.update((row, index) for row, index in indexed(block) if row in wanted)
        return found

    def _blocks_of(self, load: str, field: str) -> AsyncIterator[Document]:
        order = [("load", ASCENDING), ("first", ASCENDING)]
        found: AsyncIterator[Document] = self._blocks.find({"load": load}, {field: 1}).sort(order)
        return found


def _csv(lines: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()
