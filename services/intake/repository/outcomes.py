"""Outcomes in MongoDB; amounts encrypted, customers by token."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import IndexModel
from pymongo.errors import BulkWriteError

from services.intake.outcomes import Matched, RecordedOutcome, announcements
from shared.errors import Conflict
from shared.identifiers import derived_id
from shared.messaging.event import events_after
from shared.protection import Cipher
from shared.storage.finding import found_by
from shared.storage.inserting import DUPLICATE_KEY
from shared.storage.store import Document, Indexes, Session, Store

OUTCOMES = Indexes("outcomes", (IndexModel("campaign"), IndexModel("customer", sparse=True)))


class MongoOutcomes:
    def __init__(self, store: Store, cipher: Cipher, source: str) -> None:
        self._store = store
        self._outcomes = store["outcomes"]
        self._cipher = cipher
        self._source = source

    async def add(self, matched: Sequence[Matched], at: datetime) -> Sequence[RecordedOutcome | Conflict]:
        """In one transaction. The same outcome again is the one that is kept; another under its id, a `Conflict`."""
        wanted = {each.submitted.id: each for each in reversed(matched)}
        known = await self._known([key for key, each in wanted.items() if each.submitted.again])
        try:
            await self._add([each for key, each in reversed(wanted.items()) if key not in known], at)
        except BulkWriteError as error:  # another came first with some of them
            if any(failure["code"] != DUPLICATE_KEY for failure in (error.details or {}).get("writeErrors", [])):
                raise
            known = await self._known(list(wanted))
            await self._add([each for key, each in reversed(wanted.items()) if key not in known], at)
        return [_settled(each, known.get(each.submitted.id) or _row(wanted[each.submitted.id])) for each in matched]

    async def _known(self, identifiers: list[str]) -> dict[str, Document]:
        return {row["_id"]: row for row in await found_by(self._outcomes, "_id", identifiers)}

    async def _add(self, new: Sequence[Matched], at: datetime) -> None:
        if not new:
            return
        rows = [_row(each) | self._further(each, at) for each in new]
        cause = derived_id(new[0].submitted.id, "outcomes", len(new))
        events = list(events_after(cause, self._source, at, announcements(new, at)))

        async def write(session: Session) -> None:
            await self._outcomes.insert_many(rows, ordered=False, session=session)

        await self._store.commit(write, *events)

    def _further(self, each: Matched, at: datetime) -> Document:
        report = each.submitted.report
        said = report.model_dump(mode="json", include={"amount_pence", "customer_reference"}, exclude_none=True)
        return {
            "arm": each.letter.arm if each.letter else None,
            "customer": each.customer,
            "outcome": report.outcome,
            "on": report.on.isoformat(),
            "recorded_at": at,
            "personal": self._cipher.encrypt(said, f"outcomes.personal:{each.submitted.id}"),
        }


def _row(each: Matched) -> Document:
    recorded = each.recorded()
    return {
        "_id": each.submitted.id,
        "digest": each.submitted.digest,
        "campaign": recorded.campaign,
        "reference": recorded.letter,
    }


def _settled(each: Matched, row: Document) -> RecordedOutcome | Conflict:
    if row["digest"] != each.submitted.digest:
        return Conflict("this Idempotency-Key was used before with a different body")
    matched = row["reference"] is not None
    return RecordedOutcome(id=row["_id"], matched=matched, campaign=row["campaign"], letter=row["reference"])
