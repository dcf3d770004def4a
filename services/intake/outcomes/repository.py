"""Outcomes in MongoDB; amounts encrypted, customers by token."""

from collections.abc import Sequence
from datetime import date, datetime

from pymongo import IndexModel
from pymongo.errors import BulkWriteError

from services.intake.outcomes.correction import ChangedOutcome, KeptOutcome, OutcomeChange, corrected
from services.intake.outcomes.events import announcements
from services.intake.outcomes.outcome import Matched, OutcomeReport, RecordedOutcome, Submitted
from services.intake.outcomes.telling import Telling
from services.intake.register.letter import RegisteredLetter, canonical
from shared.customers.reference import CustomerReference
from shared.errors import Conflict, NotFound, Stale
from shared.events import events_after
from shared.idempotency import expect_same_request, reused_key
from shared.identifiers import derived_id
from shared.protection import Cipher
from shared.storage.finding import found_by
from shared.storage.inserting import DUPLICATE_KEY
from shared.storage.store import Document, Indexes, Session, Store

OUTCOMES = Indexes("outcomes", (IndexModel("campaign"), IndexModel("customer", sparse=True)))


class MongoOutcomes:
    def __init__(self, store: Store, cipher: Cipher, telling: Telling, source: str) -> None:
        self._store = store
        self._outcomes = store["outcomes"]
        self._cipher = cipher
        self._telling = telling
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
        found = await found_by(self._outcomes, "reference", list(known), {"matched": False})
        rows = [row for row in found if not row.get("void")]
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

    async def correct(self, outcome: str, change: OutcomeChange) -> ChangedOutcome:
        """Changes an outcome and says so, once: the same change again gives the first answer. Raises `NotFound`, and
        `Conflict` for one that is void or erased, or another change under its id."""

        async def write(session: Session) -> ChangedOutcome:
            row = await self._outcomes.find_one({"_id": outcome}, session=session)
            if row is None:
                raise NotFound("there is no such outcome")
            if done := next((each for each in row.get("changes", ()) if each["id"] == change.id), None):
                expect_same_request(done["digest"], change)
                return ChangedOutcome(outcome=outcome, version=done["version"], void=done["void"])
            changed, said = corrected(await self._kept(row), change)
            await self._outcomes.update_one({"_id": outcome}, self._changes(row, change, changed), session=session)
            events = events_after(change.id, self._source, change.at, [said] if said else [])
            await self._store.outbox.add(list(events), session)
            return changed

        return await self._store.commit(write)

    def _changes(self, row: Document, change: OutcomeChange, changed: ChangedOutcome) -> Document:
        known = {"id": change.id, "digest": change.digest, "version": changed.version, "void": changed.void}
        known |= {"by": change.by, "why": change.why, "at": change.at, "was": [row["outcome"], row["on"]]}
        fields: Document = {"version": changed.version, "void": changed.void}
        if change.instead:
            said = self._said(row)
            said.pop("amount_pence", None)
            if change.instead.amount_pence is not None:
                said["amount_pence"] = change.instead.amount_pence
            personal = self._cipher.encrypt(said, f"outcomes.personal:{row['_id']}")
            fields |= {"outcome": change.instead.outcome, "on": change.instead.on.isoformat(), "personal": personal}
        return {"$set": fields, "$push": {"changes": known}}

    async def _kept(self, row: Document) -> KeptOutcome:
        said = self._said(row)
        given = said.get("customer_reference")
        known = CustomerReference.model_validate(given).within(row["campaign"]) if given and row["customer"] else None
        return KeptOutcome(
            id=row["_id"],
            version=row.get("version", 1),
            void=row.get("void", False),
            erased=bool(row.get("erased_at")),
            campaign=row["campaign"],
            letter=row["reference"] if row.get("matched", row["reference"] is not None) else None,
            customer=await self._telling.token(known, row["campaign"]) or row["customer"],
            arm=row["arm"],
            outcome=row["outcome"],
            amount_pence=said.get("amount_pence"),
            on=date.fromisoformat(row["on"]),
        )

    def _said(self, row: Document) -> Document:
        said: Document = self._cipher.decrypt(row["personal"], f"outcomes.personal:{row['_id']}")
        return said

    def _matched(self, row: Document, letter: RegisteredLetter) -> Matched:
        said = self._said(row)
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
