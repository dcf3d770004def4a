"""Drafts of people's forms in MongoDB: encrypted, one for each person and page, gone after an hour."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from pymongo import IndexModel

from shared.clock import Clock
from shared.protection import Cipher
from shared.storage.store import Indexes, Store

KEPT_FOR = timedelta(hours=1)
DRAFTS = Indexes("drafts", (IndexModel("until", expireAfterSeconds=0),))


class MongoDrafts:
    """`clock` tells real time: the store forgets by it."""

    def __init__(self, store: Store, cipher: Cipher, clock: Clock) -> None:
        self._drafts = store[DRAFTS.collection]
        self._cipher = cipher
        self._clock = clock

    async def keep(self, subject: str, page: str, typed: Mapping[str, Sequence[str]]) -> None:
        name = _name(subject, page)
        sealed = self._cipher.encrypt({field: list(values) for field, values in typed.items()}, _place(name))
        kept = {"typed": sealed, "until": self._clock.now() + KEPT_FOR}
        await self._drafts.replace_one({"_id": name}, kept, upsert=True)

    async def of(self, subject: str, page: str) -> Mapping[str, Sequence[str]] | None:
        row = await self._drafts.find_one({"_id": _name(subject, page)})
        if row is None or row["until"] <= self._clock.now():
            return None
        typed: Mapping[str, Sequence[str]] = self._cipher.decrypt(row["typed"], _place(row["_id"]))
        return typed

    async def forget(self, subject: str, page: str) -> None:
        await self._drafts.delete_one({"_id": _name(subject, page)})


def _name(subject: str, page: str) -> str:
    return f"{subject} {page}"


def _place(name: str) -> str:
    return f"drafts.typed:{name}"
