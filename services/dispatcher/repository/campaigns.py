"""Dispatcher's campaigns in MongoDB."""

from collections.abc import Sequence
from datetime import date, datetime

from services.dispatcher.campaign import DispatchedCampaign, PlannedWave, Status
from shared.clock import Clock
from shared.contracts import CampaignApproved, Contract
from shared.errors import Conflict, NotYet
from shared.messaging.event import events_after
from shared.storage.numbering import next_number
from shared.storage.store import Document, Session, Store


class MongoCampaigns:
    def __init__(self, store: Store, clock: Clock, source: str) -> None:
        self._store = store
        self._campaigns = store["campaigns"]
        self._clock = clock
        self._source = source

    async def campaign(self, reference: str) -> DispatchedCampaign:
        document = await self._campaigns.find_one({"_id": reference})
        if document is None:
            raise NotYet(f"campaign {reference} is not approved, as far as dispatcher has heard")
        return _campaign(document)

    async def approve(self, plan: CampaignApproved) -> None:
        if await self._campaigns.find_one({"_id": plan.campaign}, {"_id": 1}):
            return
        number = await next_number(self._store["counters"], "campaigns")
        kept = DispatchedCampaign(reference=plan.campaign, number=number, plan=plan)
        fields = kept.model_dump(mode="json", exclude={"reference"}) | {"decided_at": plan.approved_at}
        await self._campaigns.update_one({"_id": plan.campaign}, {"$setOnInsert": fields}, upsert=True)

    async def decide(self, campaign: str, status: Status, at: datetime) -> None:
        await self.campaign(campaign)
        earlier = {"_id": campaign, "decided_at": {"$lt": at}, "status": {"$ne": Status.STOPPED}}
        await self._campaigns.update_one(earlier, {"$set": {"status": status, "decided_at": at}})

    async def set_population(self, reference: str, load: str, session: Session) -> None:
        """Within the caller's transaction. Raises `Conflict` if the campaign has a population already."""
        changed = await self._campaigns.update_one(
            {"_id": reference, "load": None}, {"$set": {"load": load}}, session=session
        )
        if not changed.matched_count:
            raise Conflict(f"campaign {reference} was given its population meanwhile")

    async def schedule(self, reference: str, waves: Sequence[PlannedWave]) -> None:
        planned = [wave.model_dump(mode="json") for wave in waves]
        await self._campaigns.update_one({"_id": reference, "waves": []}, {"$set": {"waves": planned}})

    async def due(self, day: date) -> list[DispatchedCampaign]:
        going = self._campaigns.find({"status": Status.GO, "completed_at": None, "waves": {"$ne": []}})
        campaigns = [_campaign(document) async for document in going]
        return [c for c in campaigns if any(w.started_at is None and w.on <= day for w in c.waves)]

    async def start_wave(self, campaign: str, wave: int, at: datetime, said: Sequence[Contract]) -> None:
        async def write(session: Session) -> None:
            changed = await self._campaigns.update_one(
                {"_id": campaign, f"waves.{wave - 1}.started_at": None},
                {"$set": {f"waves.{wave - 1}.started_at": at.isoformat()}},
                session=session,
            )
            if not changed.matched_count:
                raise Conflict(f"wave {wave} of {campaign} was started meanwhile")

        await self._store.commit(write, *events_after(f"{campaign}:wave:{wave}", self._source, at, said))

    async def complete(self, campaign: str, at: datetime) -> datetime:
        await self._campaigns.update_one(
            {"_id": campaign, "completed_at": None}, {"$set": {"completed_at": at.isoformat()}}
        )
        completed = (await self.campaign(campaign)).completed_at
        return completed or at


def _campaign(document: Document) -> DispatchedCampaign:
    fields = {name: value for name, value in document.items() if name not in ("_id", "decided_at")}
    return DispatchedCampaign.model_validate({"reference": document["_id"], **fields})
