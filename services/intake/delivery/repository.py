"""Reports of the letter issuer in MongoDB: each one once, and what it says in the outbox."""

from collections.abc import Sequence
from datetime import datetime

from services.intake.delivery.delivery import Reported
from shared.contracts import DeliveryReported
from shared.events import events_after
from shared.idempotency import Request, expect_same_request
from shared.storage.store import Session, Store


class MongoDelivery:
    def __init__(self, store: Store, source: str) -> None:
        self._store = store
        self._reports = store["delivery_reports"]
        self._source = source

    async def add(
        self, request: Request, said: Sequence[DeliveryReported], reported: Reported, at: datetime
    ) -> Reported:
        events = list(events_after(request.id, self._source, at, said))
        row = {"_id": request.id, "digest": request.digest, "at": at, "reported": reported.model_dump()}

        async def write(session: Session) -> Reported:
            kept = await self._reports.find_one({"_id": request.id}, session=session)
            if kept is None:
                await self._reports.insert_one(row, session=session)
                await self._store.outbox.add(events, session)
            else:
                expect_same_request(kept["digest"], request)
            return Reported.model_validate((kept or row)["reported"])

        return await self._store.commit(write)
