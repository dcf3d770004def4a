"""Lifts of dispatcher's documents to the newest index key: populations, lists, restrictions and last contacts.

The ledger and what it has withheld keep the tokens of their campaign's generation, which its units are made with.
"""

from collections.abc import Sequence
from functools import partial

from services.dispatcher.population.repository.blocks import BLANK, BLOCKS, of_generation
from services.dispatcher.suppression.repository.blocks import cut
from services.dispatcher.suppression.repository.last_contacted import LAST_CONTACTED, MongoLastContacted
from services.dispatcher.suppression.repository.suppressions import RESTRICTIONS, SUPPRESSION_BLOCKS
from shared.customers.generations import lifted_index
from shared.protection import Keyring
from shared.storage.inserting import replace_rows
from shared.storage.schema import DataMigration, DataMove, Migration, lift_name
from shared.storage.store import Database, Document, Session

TOGETHER = 500


def lifts(keyring: Keyring) -> tuple[Migration, ...]:
    if keyring.generation == 1:
        return ()
    return (
        *(_of_blocks(keyring, name) for name in (BLOCKS, SUPPRESSION_BLOCKS.collection)),
        DataMove(lift_name(keyring, RESTRICTIONS), RESTRICTIONS, partial(_restrictions, keyring), TOGETHER),
        DataMove(
            lift_name(keyring, LAST_CONTACTED.collection),
            LAST_CONTACTED.collection,
            partial(_contacts, keyring),
            TOGETHER,
        ),
    )


def _of_blocks(keyring: Keyring, collection: str) -> DataMigration:
    change = partial(_lifted_block, keyring)
    return DataMigration(lift_name(keyring, collection), collection, ("customers", "generation"), change, together=50)


def _lifted_block(keyring: Keyring, block: Document) -> Document | None:
    if (before := _generation(block)) == keyring.generation:
        return None
    customers = [
        index if index == BLANK else lifted_index(keyring, index, before) for index in cut(block.get("customers", b""))
    ]
    return {"$set": {"customers": b"".join(customers), "generation": keyring.generation}}


async def _restrictions(keyring: Keyring, database: Database, rows: Sequence[Document], session: Session) -> None:
    """Moves restrictions. Of a customer who has several, as after a process with an earlier keyring has written, one
    stays: that of the newest key, and the entries of the others go."""
    earlier = [row for row in rows if _generation(row) < keyring.generation]
    moved: dict[str, Document] = {}
    for row in sorted(earlier, key=_generation):
        index = lifted_index(keyring, bytes.fromhex(row["_id"]), _generation(row)).hex()
        moved[index] = {**row, "_id": index, **of_generation(keyring.generation)}
    kept = database[RESTRICTIONS]
    there = {row["_id"] async for row in kept.find({"_id": {"$in": list(moved)}}, {"_id": 1}, session=session)}
    new = [row for index, row in moved.items() if index not in there]
    await replace_rows(kept, earlier, new, session)
    beaten = list({row["load"] for row in earlier} - {row["load"] for row in new})
    await database[SUPPRESSION_BLOCKS.collection].delete_many({"load": {"$in": beaten}}, session=session)


async def _contacts(keyring: Keyring, database: Database, rows: Sequence[Document], session: Session) -> None:
    """Moves last contacts. Of a customer who has several, the last one stays."""
    earlier = [row for row in rows if _generation(row) < keyring.generation]
    moved: dict[bytes, Document] = {}
    for row in sorted(earlier, key=lambda row: str(row["day"])):
        index = lifted_index(keyring, row["_id"], _generation(row))
        moved[index] = {**row, "_id": index, **of_generation(keyring.generation)}
    there = await MongoLastContacted(database).of(list(moved), session)
    later = {index for index, contact in there.items() if contact.day >= moved[index]["day"]}
    beaten = {"_id": {"$in": [index for index in there if index not in later]}}
    await database[LAST_CONTACTED.collection].delete_many(beaten, session=session)
    new = [row for index, row in moved.items() if index not in later]
    await replace_rows(database[LAST_CONTACTED.collection], earlier, new, session)


def _generation(document: Document) -> int:
    return int(document.get("generation", 1))
