"""Log of contacts that earlier versions kept: moved into the last contact of each customer."""

from collections.abc import Sequence
from datetime import datetime

from services.dispatcher.suppression.repository.blocks import cut
from services.dispatcher.suppression.repository.last_contacted import Contact, MongoLastContacted
from shared.clock import LONDON
from shared.storage.schema import DataMove
from shared.storage.store import Database, Document, Session

CONTACT_LOG = "contacted"
NOTES_TOGETHER = 10
"""Notes of up to 500 customers each, in one transaction."""


async def _move(database: Database, notes: Sequence[Document], session: Session) -> None:
    """Moves notes, in any order: of one customer the latest day stays."""
    contacts = MongoLastContacted(database)
    for note in notes:
        at = datetime.fromisoformat(note["day"]).replace(tzinfo=LONDON)
        await contacts.take_over(Contact(note["campaign"], note["day"]), cut(note["customers"]), at, session)
    ids = [note["_id"] for note in notes]
    await database[CONTACT_LOG].delete_many({"_id": {"$in": ids}}, session=session)


LAST_CONTACTS = DataMove("0002-last-contacts", CONTACT_LOG, _move, together=NOTES_TOGETHER)
