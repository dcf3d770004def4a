"""The one runner of migrations, and the look whether anything is left to migrate."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from shared.errors import Conflict
from shared.storage.migrations.data import Commit, Data, Progress
from shared.storage.migrations.structure import Say, Structure
from shared.storage.migrations.turn import Turn
from shared.storage.schema import Indexes, Migration

LOOK_EVERY = 0.5  # seconds between looks whether another runner has ended


class OtherRunner(Conflict):
    """Another runner is at work."""


@dataclass(frozen=True, slots=True)
class Pending:
    """`structure` names each collection and index that is missing; `data` has every migration, done or not. `index` is
    the number of the newest index key by which documents are found, `known` that of the newest in the keyring; None
    where there is no keyring to look at."""

    structure: Sequence[str]
    data: Sequence[Progress]
    index: int = 1
    known: int | None = None

    @property
    def words(self) -> list[str]:
        undone = [f"migration {each.name} not run" for each in self.data if not each.done]
        return [*self._too_new, *undone, *self.structure]

    @property
    def _too_new(self) -> list[str]:
        if self.known is None or self.index <= self.known:
            return []
        return [f"it is found by index key {self.index}, which the keyring lacks: put the newest keyring in its place"]


class Migrator:
    def __init__(
        self,
        database: AsyncIOMotorDatabase[dict[str, Any]],
        commit: Commit,
        collections: Sequence[Indexes],
        migrations: Sequence[Migration],
        known: int | None = None,
    ) -> None:
        """`known` is the number of the newest index key, where there is a keyring."""
        self._known = known
        self._database = database
        self._structure = Structure(database, collections)
        self._data = Data(database, commit, migrations)

    async def pending(self) -> Pending:
        generation = await self._data.generation() if self._known else 1
        return Pending(await self._structure.missing(), await self._data.progress(), generation, self._known)

    async def again(self, name: str) -> None:
        await self._data.again(name)

    async def run(self, say: Say = lambda _: None, *, wait: bool = True) -> None:
        """Makes and changes what is missing, from where the runner before it was. May be repeated.

        Waits until another runner has ended, or raises `OtherRunner`. Raises `TurnLost` where this one was taken for
        dead, and `Conflict` for an index that is there with other options.
        """
        turn, said = Turn(self._database), ""
        while holder := await turn.take():
            if not wait:
                raise OtherRunner(f"another runner is at work: {holder}")
            if holder != said:
                say(f"waiting for {holder}")
            said = holder
            await asyncio.sleep(LOOK_EVERY)
        try:
            await turn.holding(self._migrate(turn, say))
        finally:
            await turn.release()

    async def _migrate(self, turn: Turn, say: Say) -> None:
        if self._known and (index := await self._data.generation()) > self._known:
            raise Conflict(f"index key {index} is not in the keyring: put the newest keyring in its place")
        await self._structure.make(say)
        await self._data.run(turn, say)
