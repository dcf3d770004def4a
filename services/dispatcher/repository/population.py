"""Populations in MongoDB: customers with their personal data encrypted, found by blind index."""

import csv
import io
from collections.abc import AsyncIterator, Sequence

from pymongo import ASCENDING, IndexModel

from services.dispatcher.campaign import DispatchedCampaign
from services.dispatcher.chunk import Chunk
from services.dispatcher.communication import Recipient
from services.dispatcher.customer import Customer, Rejection
from services.dispatcher.ports import Eligible
from services.dispatcher.report import Candidate, Report
from services.dispatcher.repository.campaigns import MongoCampaigns
from services.dispatcher.suppression import DUPLICATE
from shared.clock import Clock
from shared.contracts import Contract
from shared.messaging.event import events_after
from shared.protection import Cipher, Keyring, blind_index
from shared.storage.inserting import insert_new
from shared.storage.reencryption import EncryptedField
from shared.storage.store import Document, Indexes, Session, Store

RECIPIENTS = Indexes("recipients", (IndexModel([("load", ASCENDING), ("row", ASCENDING)]),))
REJECTIONS = Indexes("rejections", (IndexModel([("load", ASCENDING), ("row", ASCENDING)]),))


class MongoPopulation:
    def __init__(
        self, store: Store, campaigns: MongoCampaigns, cipher: Cipher, keyring: Keyring, clock: Clock, source: str
    ) -> None:
        self._store = store
        self._campaigns = campaigns
        self._recipients = store["recipients"]
        self._rejections = store["rejections"]
        self._cipher = cipher
        self._keyring = keyring
        self._clock = clock
        self._source = source

    async def campaign(self, reference: str) -> DispatchedCampaign:
        return await self._campaigns.campaign(reference)

    async def add(self, load: str, candidates: Sequence[Candidate]) -> set[int]:
        documents = [self._document(load, candidate) for candidate in candidates]
        known = [documents[position] for position in await insert_new(self._recipients, documents)]
        await insert_new(
            self._recipients, [row | {"_id": f"{row['_id']}:{row['row']}", "suppressed": DUPLICATE} for row in known]
        )
        return {row["row"] for row in known}

    async def reject(self, load: str, rejections: Sequence[Rejection]) -> None:
        await self._rejections.insert_many(
            [{"load": load, "row": r.row, "field": r.field, "reason": r.reason} for r in rejections], ordered=False
        )

    async def finish(self, campaign: str, report: Report, said: Sequence[Contract]) -> None:
        now = self._clock.now()
        summary = report.event(campaign, now).model_dump(mode="json")

        async def write(session: Session) -> None:
            await self._campaigns.set_population(campaign, report.load, session)
            await self._store["loads"].insert_one({"_id": report.load, **summary}, session=session)

        await self._store.commit(write, *events_after(report.load, self._source, now, said))

    async def discard(self, load: str) -> None:
        await self._recipients.delete_many({"load": load})
        await self._rejections.delete_many({"load": load})

    async def sha256(self, load: str) -> str:
        return str((await self.loaded(load))["sha256"])

    async def loaded(self, load: str) -> Document:
        """The report of a finished load."""
        return await self._store["loads"].find_one({"_id": load}, {"_id": 0}) or {}

    async def rejections_csv(self, load: str) -> AsyncIterator[str]:
        """The report of rejected rows, line by line: row, field and reason, all of them codes of ours."""
        yield "row,field,reason\r\n"
        async for row in self._rejections.find({"load": load}).sort([("load", ASCENDING), ("row", ASCENDING)]):
            line = io.StringIO()
            csv.writer(line).writerow((row["row"], row["field"], row["reason"]))
            yield line.getvalue()

    async def eligible(self, load: str) -> AsyncIterator[Eligible]:
        wanted = {"row": 1, "stratum": 1, "cluster": 1, "suppressed": 1}
        order = [("load", ASCENDING), ("row", ASCENDING)]
        async for row in self._recipients.find({"load": load}, wanted).sort(order):
            if row["suppressed"] is None:
                yield Eligible(row["row"], row["stratum"], row["cluster"])

    async def recipients(self, load: str, chunk: Chunk) -> dict[int, Recipient]:
        rows = {assignment.row for assignment in chunk.assignments}
        between = {"load": load, "row": {"$gte": min(rows), "$lte": max(rows)}}
        found = [row async for row in self._recipients.find(between) if row["row"] in rows]
        return {row["row"]: Recipient(row["row"], self._customer(row)) for row in found}

    def _document(self, load: str, candidate: Candidate) -> Document:
        customer = candidate.recipient.customer
        key = f"{load}:{blind_index(self._keyring, 'customer', customer.reference)}"
        personal = {
            "reference": customer.reference,
            "name": customer.name,
            "address": customer.address,
            "postcode": customer.postcode,
            "flags": sorted(customer.flags),
        }
        return {
            "_id": key,
            "load": load,
            "row": candidate.recipient.row,
            "language": customer.language,
            "stratum": customer.stratum,
            "cluster": blind_index(self._keyring, "cluster", customer.cluster) if customer.cluster else None,
            "suppressed": candidate.suppressed,
            "personal": self._cipher.encrypt(personal, _place({"load": load, "row": candidate.recipient.row})),
        }

    def _customer(self, row: Document) -> Customer:
        personal = self._cipher.decrypt(row["personal"], _place(row))
        return Customer(
            reference=personal["reference"],
            name=personal["name"],
            address=tuple(personal["address"]),
            postcode=personal["postcode"],
            language=row["language"],
            flags=frozenset(personal["flags"]),
            cluster=row["cluster"],
            stratum=row["stratum"],
        )


def _place(row: Document) -> str:
    return f"recipients.personal:{row['load']}:{row['row']}"


ENCRYPTED = (EncryptedField("recipients", "personal", _place, ("load", "row")),)
"""What follows a rotation of keys."""
