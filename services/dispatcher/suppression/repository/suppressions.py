"""Suppression lists in MongoDB, followed by every process in a file of its own, beside the last contacts of all."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from pymongo import ASCENDING, IndexModel

from services.dispatcher.population.repository.abandoned import MongoLoading
from services.dispatcher.population.repository.population import MongoPopulation
from services.dispatcher.suppression.index import SuppressionEntry, SuppressionIndex
from services.dispatcher.suppression.list_summary import ListSummary
from services.dispatcher.suppression.repository.blocks import block_of, entries_of
from services.dispatcher.suppression.repository.last_contacted import Contact, MongoLastContacted, Note
from services.dispatcher.suppression.rules import RECENTLY_CONTACTED, SuppressionRules
from services.dispatcher.suppression.window import ContactWindow, contact_window, window_days
from shared.clock import LONDON, Clock
from shared.errors import NotFound, Stale
from shared.storage.store import Indexes, Session, Store

SUPPRESSION_BLOCKS = Indexes("suppression_blocks", (IndexModel([("load", ASCENDING)]),))
RESTRICTIONS = "restrictions"
"""Customers whose data is restricted, each with the version of the list of one that says so."""
LOOK_EVERY = timedelta(seconds=1)
"""Greatest age of what a process knows of other processes' lists."""


class Undertaking(NamedTuple):
    """An undertaking to write to customers, by row, and its note."""

    customers: Mapping[int, bytes]
    note: Note


class MongoSuppressions:
    """`clock` tells real time, by which it is known how old that is which is known. `generation` is that of the newest
    index key, by which customers are known."""

    def __init__(
        self,
        store: Store,
        population: MongoPopulation,
        loading: MongoLoading,
        rules: SuppressionRules,
        clock: Clock,
        folder: Path,
        generation: int = 1,
    ) -> None:
        self._store = store
        self._population = population
        self._loading = loading
        self._rules = rules
        self._clock = clock
        self._folder = folder
        self.generation = generation
        self._contacts = MongoLastContacted(store, generation)
        self._listed: SuppressionIndex | None = None
        self._looked_at: datetime | None = None
        self._settled: dict[str, int] = {}
        self._following = asyncio.Lock()

    async def reasons(self, leaving: ContactWindow, customers: Sequence[bytes]) -> Mapping[bytes, Sequence[str]]:
        listed = (await self._up_to_date()).reasons(leaving.day, customers)
        contacted = await self._contacts.left_alone(leaving, customers)
        return listed | {customer: [*listed.get(customer, ()), RECENTLY_CONTACTED] for customer in contacted}

    async def about(self, customer: bytes) -> list[tuple[str, str, str, str]]:
        """Returns the entries of lists at this moment, other processes' too: a copy of somebody's data is whole. Each
        has its version, reason, first and last day."""
        return (await self._up_to_date(anew=True)).about(customer)

    async def last_contact(self, customer: bytes) -> Contact | None:
        return (await self._contacts.of([customer])).get(customer)

    def look_anew(self) -> None:
        """Makes the next question read the lists anew."""
        self._looked_at = None

    async def late(self, campaign: str, load: str, rows: Sequence[int], at: datetime) -> dict[int, str]:
        """Returns the rows that must not be written to any more at `at`, each with the gravest reason.

        Asked again it may answer otherwise: the caller keeps the answer that it acts on.
        """
        indexes = await self._population.indexes(load, rows)
        day = at.astimezone(LONDON).date()
        leaving = contact_window(campaign, day, await self._days(campaign))
        known = await self.reasons(leaving, list(indexes.values()))
        found = {row: self._rules.gravest(known.get(index, ())) for row, index in indexes.items()}
        return {row: reason for row, reason in found.items() if reason}

    async def contacted(self, campaign: str, load: str, rows: Sequence[int], at: datetime) -> Undertaking:
        """Notes that the customers of these rows are written to now. Raises `Stale` if another campaign noted any of
        them before: they have to be judged again."""
        customers = await self._population.indexes(load, rows) if rows else {}
        day = at.astimezone(LONDON).date()
        leaving = contact_window(campaign, day, await self._days(campaign))
        return Undertaking(customers, await self._contacts.note(leaving, list(customers.values())))

    async def not_contacted(self, undertaking: Undertaking, rows: Collection[int]) -> None:
        """Takes back that the customers of these rows are written to."""
        customers = [customer for row, customer in undertaking.customers.items() if row in rows]
        if customers:
            await self._contacts.take_back(undertaking.note, customers)

    async def _days(self, campaign: str) -> int:
        """Returns the days for which others' customers are left alone: fixed once the population is loaded."""
        if campaign not in self._settled:
            schema = await self._population.schema(await self._population.campaign(campaign))
            self._settled[campaign] = window_days(schema, self._rules)
        return self._settled[campaign]

    async def begin(self, load: str, name: str) -> None:
        await self._loading.begin(load, name)

    async def add(self, load: str, number: int, entries: Sequence[SuppressionEntry]) -> None:
        """A block of a list that takes effect when it is whole."""
        await self._loading.touch(load)
        await self._store["suppression_blocks"].insert_one(block_of(load, number, entries, self.generation))

    async def finish(self, summary: ListSummary) -> None:
        """Makes this the list of its name, and forgets the one before."""

        async def write(session: Session) -> str | None:
            await self._loading.end(summary.load, session)
            before = await self._store["suppression_lists"].find_one_and_replace(
                {"_id": summary.name},
                {"_id": summary.name, **summary.model_dump(mode="json")},
                upsert=True,
                session=session,
            )
            return before["load"] if before else None

        before = await self._store.commit(write)
        self._looked_at = None
        if before:
            await self._store["suppression_blocks"].delete_many({"load": before})

    async def discard(self, load: str) -> None:
        await self._loading.discard(load)

    async def lists(self) -> list[ListSummary]:
        found = self._store["suppression_lists"].find({}, {"_id": 0}).sort("_id", ASCENDING)
        return [ListSummary.model_validate(row) async for row in found]

    async def current(self, name: str) -> ListSummary:
        found = await self._store["suppression_lists"].find_one({"_id": name}, {"_id": 0})
        if found is None:
            raise NotFound(f"there is no suppression list {name}")
        return ListSummary.model_validate(found)

    async def withdraw(self, summary: ListSummary) -> None:
        as_read = {"_id": summary.name, "load": summary.load}
        if not (await self._store["suppression_lists"].delete_one(as_read)).deleted_count:
            raise Stale(f"the suppression list {summary.name} was replaced or withdrawn meanwhile")
        self._looked_at = None
        await self._store["suppression_blocks"].delete_many({"load": summary.load})

    async def _up_to_date(self, anew: bool = False) -> SuppressionIndex:
        async with self._following:
            if self._listed is None:
                self._listed = SuppressionIndex(self._folder)
            now = self._clock.now()
            if anew or self._looked_at is None or now >= self._looked_at + LOOK_EVERY:
                await self._follow_lists(self._listed)
                self._looked_at = now
            return self._listed

    async def _follow_lists(self, listed: SuppressionIndex) -> None:
        """Reads lists until nothing changed meanwhile: of a list that is being replaced only a part may have been there
        to read."""
        while (current := await self._versions()) != listed.lists:
            for version in listed.lists - current:
                listed.drop(version)
            for version in current - listed.lists:
                async for block in self._store["suppression_blocks"].find({"load": version}):
                    listed.add(version, entries_of(block))
                listed.lists.add(version)

    async def _versions(self) -> set[str]:
        """A restriction is a list of one. A version is never changed, so that it need be read once only."""
        lists = {row["load"] async for row in self._store["suppression_lists"].find({}, {"load": 1})}
        return lists | {row["load"] async for row in self._store[RESTRICTIONS].find({}, {"load": 1})}
