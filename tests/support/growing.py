"""Growth of a store: older documents like those that a service has left, as years of campaigns leave them."""

import re
from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any

from bson import ObjectId

from shared.customers.letter_reference import HIGHEST, letter_reference
from shared.protection import Cipher
from shared.storage.reencryption import EncryptedField
from shared.storage.store import Database, Document

TOGETHER = 500
INDEX_BYTES = 16
"""Length of the blind index by which a customer is known."""
FEW = frozenset({
    "access_used", "audit_chains", "audit_growing", "changes", "counters", "ended_sessions", "leases", "migrations",
    "outbox", "reencryption", "usage",
})  # fmt: skip
"""Collections that have a document for each thing there is one of: a job, a key, a process, an event not yet said."""
NAMES = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # ids
    r"|\b[0-9a-f]{32}\b"  # customers
    r"|\b[0-9A-Z]{5}-[0-9A-Z]{5}\b"  # letters
    r"|OTM-\d\d-\d{4,6}"
)
Sealed = Sequence[EncryptedField]


class Growth:
    """Copies of documents under other names, opened and sealed anew for their places. `changes` are fields of copies,
    by collection: of campaigns that are over, for example."""

    def __init__(
        self,
        database: Database,
        cipher: Cipher | None = None,
        sealed: Sealed = (),
        changes: Mapping[str, Document] | None = None,
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._sealed = {field.collection: field for field in sealed}
        self._changes = changes or {}

    async def grow(self, size: int, but: Collection[str] = ()) -> list[str]:
        """Adds `size` documents to each collection that has any, but for those that stay small; returns their names."""
        names = sorted(set(await self._database.list_collection_names()) - FEW - set(but))
        return [name for name in names if await self.grow_one(name, size)]

    async def grow_one(self, name: str, size: int) -> bool:
        """Adds so many to one collection; returns whether it has any to be like."""
        kept = await self._database[name].find({}).to_list(None)
        rounds = range(1, -(-size // len(kept)) + 1) if kept else ()
        older = (self._older(name, row, number) for number in rounds for row in kept)
        while together := list(islice(older, TOGETHER)):
            await self._database[name].insert_many(together, ordered=False)
        return bool(kept)

    def _older(self, name: str, row: Document, number: int) -> Document:
        changed: Document = renamed(row, number) | self._changes.get(name, {})
        if changed["_id"] == row["_id"]:
            changed["_id"] = -number * 100_000 - row["_id"] if isinstance(row["_id"], int) else f"{number}~{row['_id']}"
        field = self._sealed.get(name)
        if field and self._cipher and row.get(field.field):
            said = self._cipher.decrypt(row[field.field], field.place_of(row))
            changed[field.field] = self._cipher.encrypt(said, field.place_of(changed))
        return changed


def renamed(value: Any, number: int) -> Any:
    """Returns the value with every name in it replaced: the same names by the same, for each number by others."""
    if isinstance(value, str):
        return NAMES.sub(lambda found: _name(found[0], number), value)
    if isinstance(value, Mapping):
        return {renamed(key, number): renamed(each, number) for key, each in value.items()}
    if isinstance(value, bytes) and len(value) == INDEX_BYTES:
        return bytes.fromhex(_code(value.hex(), number))
    if isinstance(value, ObjectId):
        return ObjectId(_code(str(value), number)[:24])
    return [renamed(each, number) for each in value] if isinstance(value, list) else value


def _name(name: str, number: int) -> str:
    if name.startswith("OTM-"):
        return f"OTM-25-{number * 100 + int(name[7:]) % 100:04d}"
    code = _code(name, number)
    if len(name) == len("7KM2X-Q4R9E"):
        return letter_reference(int(code, 16) % HIGHEST, b"older")
    return f"{code[:8]}-{code[8:12]}-{code[12:16]}-{code[16:20]}-{code[20:]}" if "-" in name else code


def _code(name: str, number: int) -> str:
    return blake2b(f"{number} {name}".encode(), digest_size=16).hexdigest()
