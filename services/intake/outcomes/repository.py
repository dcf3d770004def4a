"""Outcomes in MongoDB; amounts encrypted, customers by token."""

from collections.abc import Sequence
from datetime import date, datetime

from pymongo import IndexModel
from pymongo.errors import BulkWriteError

from services.intake.outcomes.events import announcements
from services.intake.outcomes.outcome import Matched, OutcomeReport, RecordedOutcome, Submitted
from services.intake.register.letter import RegisteredLetter, canonical
from shared.errors import Conflict, Stale
from shared.events import events_after
from shared.idempotency import reused_key
from shared.identifiers import derived_id
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
        """Keeps outcomes in one transaction. The same one again gives the one that is kept, another under its id a
        `Conflict`."""
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

    async def match(self, letters: Sequence[RegisteredLetter], cause: str) -> None:
        """Outcomes of these letters that came before we knew them, said under their ids as they are now. Raises `Stale`
        when somebody else does it at the same time."""
        known = {letter.reference: letter for letter in letters}
        rows = await found_by(self._outcomes, "reference", list(known), {"matched": False})
        if not rows:
            return
        matched = [self._matched(row, known[row["reference"]]) for row in rows]
        at = max(row["recorded_at"] for row in rows)
        first = min(row["_id"] for row in rows)  # the same cause may find others later
        said = events_after(derived_id(cause, first), self._source, at, announcements(matched, at))

        async def write(session: Session) -> None:
            for each in matched:
                known_now = {"matched": True, "campaign": each.campaign, "customer": each.customer}
                known_now["arm"] = each.letter.arm if each.letter else None
                of_it = {"_id": each.submitted.id, "matched": False, "erased_at": None}
                result = await self._outcomes.update_one(of_it, {"$set": known_now}, session=session)
                if not result.modified_count:
                    raise Stale("somebody else has just matched this outcome")

        await self._store.commit(write, *said)

    def _matched(self, row: Document, letter: RegisteredLetter) -> Matched:
        said = self._cipher.decrypt(row["personal"], f"outcomes.personal:{row['_id']}")
        report = OutcomeReport(
            letter_reference=letter.reference,
            outcome=row["outcome"],
            amount_pence=said.get("amount_pence"),
            on=date.fromisoformat(row["on"]),
        )
        return Matched(Submitted(row["_id"], row["digest"], report, again=True), letter, letter.customer)

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
        "reference": recorded.letter or canonical(each.submitted.report.letter_reference),
        "matched": recorded.matched,
    }


def _settled(each: Matched, row: Document) -> RecordedOutcome | Conflict:
    if row["digest"] != each.submitted.digest:
        return reused_key(row["digest"])
    matched = row.get("matched", row["reference"] is not None)
    letter = row["reference"] if matched else None
    return RecordedOutcome(id=row["_id"], matched=matched, campaign=row["campaign"], letter=letter)
