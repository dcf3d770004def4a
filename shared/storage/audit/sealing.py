"""Seals: entries of the main chain that say how far each chain has come that has grown since the seal before.

Any process may seal, also two at once: a chain that two seals name is held to both.
"""

from collections.abc import Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter
from pymongo import DeleteOne, UpdateOne

from shared.clock import Clock
from shared.storage.audit.chain import Chain, Fact, Rows
from shared.storage.audit.looking import SEALED
from shared.storage.audit.walking import ChainEnds
from shared.trail import Entry

IDLE_LOOKS = 60
"""Looks at a chain that has not grown after which it is forgotten, until its process says that it grows again."""
HEADS = 500
"""Chains in one seal."""


def seals_counted(registry: CollectorRegistry | None) -> Counter:
    """Returns the metric by which it is known that seals go on; in no registry for a trail that is only looked at."""
    return Counter("otm_audit_seals", "Times that the ends of the audit chains were sealed", registry=registry)


class Sealing:
    """`growing` has a row for each chain that may have grown: only a list of where to look, which no look at the trail
    relies on."""

    def __init__(self, main: Chain, written: Rows, growing: Rows, ends: ChainEnds, clock: Clock) -> None:
        self._main = main
        self._ends = ends
        self._written = written
        self._growing = growing
        self._clock = clock

    async def grows(self, chain: str) -> None:
        """Says that a chain may grow from now on. A look that is under way does not forget it."""
        said = {"$inc": {"said": 1}, "$set": {"idle": 0}, "$setOnInsert": {"sealed": 0}}
        await self._growing.update_one({"_id": chain}, said, upsert=True)

    async def seal(self) -> None:
        """Seals what each chain has at its end now."""
        rows = [row async for row in self._growing.find({})]
        looked = [(row, await Chain(self._written, name=row["_id"]).last(row["sealed"])) for row in rows]
        grown = [last for _, last in looked if last]
        for start in range(0, len(grown), HEADS):
            await self._main.add([self._seal_of(grown[start : start + HEADS])])
        await self._ends.note({last.chain: last.number for last in grown})
        if looked:
            await self._growing.bulk_write([_noted(row, last) for row, last in looked], ordered=False)

    def _seal_of(self, ends: Sequence[Entry]) -> Fact:
        heads = {each.chain: [each.number, each.hash] for each in ends}
        return Fact(self._clock.now().isoformat(), "trail", SEALED, {"heads": heads})


def _noted(row: dict[str, Any], last: Entry | None) -> UpdateOne | DeleteOne:
    if last:
        return UpdateOne({"_id": row["_id"]}, {"$set": {"sealed": last.number, "idle": 0}})
    if row["idle"] >= IDLE_LOOKS:
        return DeleteOne({"_id": row["_id"], "said": row["said"]})
    return UpdateOne({"_id": row["_id"]}, {"$inc": {"idle": 1}})
