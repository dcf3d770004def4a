"""Capacities of teams in MongoDB: the present version of each, and every version there was."""

from collections.abc import Mapping, Sequence

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from services.planner.capacity.capacity import KeptCapacity, changed
from services.planner.capacity.ports import Replace
from services.planner.forecast.helplines.capacity import TeamCapacity
from services.planner.plan.dates import AS_KEPT
from shared.errors import Stale
from shared.events import events_after
from shared.storage.store import Document, Indexes, Session, Store

CAPACITY_VERSIONS = Indexes(
    "capacity_versions", (IndexModel([("capacity.team", ASCENDING), ("version", ASCENDING)], unique=True),)
)


class MongoCapacities:
    def __init__(self, store: Store, source: str) -> None:
        self._store = store
        self._source = source
        self._present = store["capacities"]
        self._versions = store[CAPACITY_VERSIONS.collection]

    async def one(self, team: str) -> KeptCapacity | None:
        row = await self._present.find_one({"_id": team})
        return _kept(row) if row else None

    async def all(self) -> Sequence[KeptCapacity]:
        return [_kept(row) async for row in self._present.find({}).sort("_id", ASCENDING)]

    async def versions(self, team: str) -> Sequence[KeptCapacity]:
        rows = self._versions.find({"capacity.team": team}).sort("version", ASCENDING)
        return [_kept(row) async for row in rows]

    async def of(self, teams: Sequence[str]) -> tuple[TeamCapacity, ...]:
        rows = self._present.find({"_id": {"$in": list(teams)}}).sort("_id", ASCENDING)
        return tuple([_kept(row).capacity async for row in rows])

    async def replace(self, changes: Mapping[str, Replace]) -> Sequence[KeptCapacity]:
        async def write(session: Session) -> list[KeptCapacity]:
            made = []
            for team, change in sorted(changes.items()):  # in one order, so that two files cannot wait for each other
                row = await self._present.find_one({"_id": team}, session=session)
                present = _kept(row) if row else None
                made.append(change(present))
                if made[-1] is not present:
                    await self._keep(made[-1], session)
            return made

        try:
            return await self._store.commit(write)
        except DuplicateKeyError:
            raise Stale("the capacity was changed by somebody else meanwhile: read it again") from None

    async def _keep(self, kept: KeptCapacity, session: Session) -> None:
        document = kept.model_dump(mode="json")
        await self._versions.insert_one({**document}, session=session)
        team = {"_id": kept.capacity.team}
        await self._present.replace_one(team, document, upsert=True, session=session)
        cause = f"capacity:{kept.capacity.team}:{kept.version}"
        said = events_after(cause, self._source, kept.at, [changed(kept)])
        await self._store.outbox.add(list(said), session)


def _kept(row: Document) -> KeptCapacity:
    fields = {name: value for name, value in row.items() if name != "_id"}
    return KeptCapacity.model_validate(fields, context=AS_KEPT)
