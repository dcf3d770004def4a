"""Lifts of intake's documents to the newest index key: letters, contacts, what follows from them, and restrictions.

Tokens that are encrypted with what a customer said stay as they were written, and are lifted as they are read.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from services.intake.contacts.repository.contacts import CONTACTS
from services.intake.contacts.repository.corrections import HISTORY
from services.intake.disclosures.repository.disclosures import DISCLOSURES
from services.intake.outcomes.repository import OUTCOMES
from services.intake.privacy.repository.restrictions import RESTRICTIONS
from services.intake.referrals.repository import REFERRALS
from services.intake.register.repository import LETTERS
from shared.customers.generations import is_token, lifted
from shared.protection import Keyring
from shared.storage.inserting import replace_rows
from shared.storage.schema import DataMigration, DataMove, Migration, lift_name
from shared.storage.store import Database, Document, Session

NAMED = {
    LETTERS.collection: ("customer",),
    CONTACTS.collection: ("about", "customer", "given"),
    HISTORY.collection: ("about",),
    DISCLOSURES.collection: ("customer", "given"),
    REFERRALS.collection: ("customer", "given"),
    OUTCOMES.collection: ("customer",),
}
"""Fields that have tokens of customers, or names among which there are some, by collection."""
TOGETHER = 500


def lifts(keyring: Keyring) -> tuple[Migration, ...]:
    if keyring.generation == 1:
        return ()
    return (
        *(
            DataMigration(lift_name(keyring, name), name, fields, partial(_lifted, keyring, fields), TOGETHER)
            for name, fields in NAMED.items()
        ),
        DataMove(lift_name(keyring, RESTRICTIONS), RESTRICTIONS, partial(_restrictions, keyring), TOGETHER),
    )


def _lifted(keyring: Keyring, fields: Sequence[str], row: Document) -> Document | None:
    now = {name: _names(keyring, row[name]) for name in fields if row.get(name)}
    changed = {name: names for name, names in now.items() if names != row[name]}
    return {"$set": changed} if changed else None


def _names(keyring: Keyring, names: Any) -> Any:
    """Returns the newest token of a token, as which a letter's reference is never taken."""
    if isinstance(names, list):
        return [_names(keyring, name) for name in names]
    return lifted(keyring, names) if is_token(names) else names


async def _restrictions(keyring: Keyring, database: Database, rows: Sequence[Document], session: Session) -> None:
    """Moves restrictions. Of a customer who has several, as after a process with an earlier keyring has written, one
    stays."""
    earlier = [row for row in rows if _names(keyring, row["_id"]) != row["_id"]]
    if not earlier:
        return
    kept = database[RESTRICTIONS]
    moved = {(name := _names(keyring, row["_id"])): {**row, "_id": name} for row in earlier}
    there = {row["_id"] async for row in kept.find({"_id": {"$in": list(moved)}}, {"_id": 1}, session=session)}
    await replace_rows(kept, earlier, [row for name, row in moved.items() if name not in there], session)
