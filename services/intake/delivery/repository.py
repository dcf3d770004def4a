"""Reports of the letter issuer in MongoDB: each one once, and what it says in the outbox."""

from collections.abc import Sequence
from datetime import datetime

from services.intake.delivery.delivery import Reported
from shared.contracts import DeliveryReported
from shared.errors import Conflict
from shared.events import events_after
from shared.storage.store import Session, Store


class MongoDelivery:
    def __init__(self, store: Store, source: str) -> None:
        self._store = store
        self._reports = store["delivery_reports"]
        self._source = source

    async def add(
        self, identifier: str, digest: str, said: Sequence[DeliveryReported], reported: Reported, at: datetime
    ) -> Reported:
        events = list(events_after(identifier, self._source, at, said))
        row = {"_id": identifier, "digest": digest, "at": at, "reported": reported.model_dump()}

        async def write(session: Session) -> Reported:
            kept = await self._reports.find_one({"_id": identifier}, session=session)
            if kept is None:
                await self._reports.insert_one(row, session=session)
                await self._store.outbox.add(events, session)
            elif kept["digest"] != digest:
                raise Conflict("this Idempotency-Key was used before with a different body")
            return Reported.model_validate((kept or row)["reported"])

        return await self._store.commit(write)
