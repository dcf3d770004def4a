"""Log of contacts that earlier versions kept: moved, some notes at a time, into the last contact of each customer."""

from datetime import datetime

from services.dispatcher.suppression.repository.blocks import cut
from services.dispatcher.suppression.repository.last_contacted import Contact, MongoLastContacted
from shared.clock import LONDON
from shared.storage.store import Document, Session, Store

CONTACT_LOG = "contacted"
NOTES_PER_STEP = 10
"""Notes of up to 500 customers each, read together."""


async def move_contacts(store: Store) -> bool:
    """Moves some notes, in any order: of one customer the latest day stays. Returns whether there were any.

    May be cut short, repeated, and run by several at once.
    """
    log, contacts = store[CONTACT_LOG], MongoLastContacted(store)
    notes = [note async for note in log.find({}).limit(NOTES_PER_STEP)]
    for note in notes:

        async def move(session: Session, note: Document = note) -> None:
            if (await log.delete_one({"_id": note["_id"]}, session=session)).deleted_count:
                at = datetime.fromisoformat(note["day"]).replace(tzinfo=LONDON)
                await contacts.take_over(Contact(note["campaign"], note["day"]), cut(note["customers"]), at, session)

        await store.commit(move)
    return bool(notes)
