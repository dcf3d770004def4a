"""Dispatcher's campaigns in MongoDB: the plans that were approved, and the decisions about them.

A decision may be heard before the approval it is about, so decisions are documents of their own (`standings`). Each
also knows the newest plan that was heard, so that one small look says whether a campaign may issue.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime

from pymongo.errors import DuplicateKeyError

from services.dispatcher.campaigns.campaign import (
    DispatchedCampaign,
    KnownCampaign,
    PlannedWave,
    Status,
    randomised_by,
)
from services.dispatcher.campaigns.documents import campaign_of, decision_of, known_of
from services.dispatcher.campaigns.repository.waves import MongoWaves
from shared.contracts import CampaignApproved, Contract
from shared.customers.reference import Kind
from shared.errors import Conflict, NotYet
from shared.events import events_after
from shared.storage.numbering import next_number
from shared.storage.store import Document, Session, Store

CAMPAIGNS_REMEMBERED = 20
UNDECIDED = {"status": Status.HELD, "version": 0, "decided_at": datetime(1970, 1, 1, tzinfo=UTC), "plan_version": 1}


class MongoCampaigns:
    def __init__(self, store: Store, source: str) -> None:
        self._store = store
        self._campaigns = store["campaigns"]
        self._plans = store["plans"]
        self._decisions = store["standings"]
        self._source = source
        self._waves = MongoWaves(store)
        self._remembered: dict[str, DispatchedCampaign] = {}

    async def campaign(self, reference: str) -> DispatchedCampaign:
        document, decision = await asyncio.gather(
            self._campaigns.find_one({"_id": reference}), self._decisions.find_one({"_id": reference})
        )
        if document is None:
            raise NotYet(f"campaign {reference} is not approved, as far as dispatcher has heard")
        return campaign_of(document, decision)

    async def known(self) -> list[KnownCampaign]:
        """Returns every campaign that was approved, the newest first."""
        fields = {"load": 1, "plan.title": 1, "plan.customers": 1, "plan.launch": 1, "plan.corrects": 1}
        return [known_of(row) async for row in self._campaigns.find({}, fields).sort("_id", -1)]

    async def issuing(self, reference: str) -> DispatchedCampaign:
        """Returns the campaign, remembered while its schedule follows the newest plan heard: then only decisions can
        change."""
        known = self._remembered.get(reference)
        if known is not None:
            decision = await self._decisions.find_one({"_id": reference})
            if decision and decision.get("known_plan") == known.plan.plan_version:
                return known.model_copy(update={"decision": decision_of(decision)})
        campaign = await self.campaign(reference)
        self._remembered.pop(reference, None)
        if campaign.scheduled == campaign.plan.plan_version:
            self._remembered[reference] = campaign
            while len(self._remembered) > CAMPAIGNS_REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
        return campaign

    async def as_known(self, reference: str) -> DispatchedCampaign:
        """Returns the campaign as it was when it was last read for issuing: by the plan then, which has its arms for
        good, and perhaps with waves that were planned anew since."""
        return self._remembered.get(reference) or await self.campaign(reference)

    async def plan(self, reference: str, version: int) -> CampaignApproved:
        document = await self._plans.find_one({"_id": f"{reference}:{version}"})
        if document is None:
            raise NotYet(f"plan {version} of {reference} was not heard yet")
        return CampaignApproved.model_validate(document["plan"])

    async def may_issue(self, reference: str) -> bool:
        decision = await self._decisions.find_one({"_id": reference}) or {}
        return decision.get("status") == Status.GO and decision.get("known_plan", 0) >= decision["plan_version"]

    async def approve(self, plan: CampaignApproved) -> None:
        stored = plan.model_dump(mode="json")
        version = plan.plan_version
        await self._plans.update_one(
            {"_id": f"{plan.campaign}:{version}"}, {"$setOnInsert": {"plan": stored}}, upsert=True
        )
        if not await self._campaigns.find_one({"_id": plan.campaign}, {"_id": 1}):
            number = await next_number(self._store["counters"], "campaigns")
            kept = DispatchedCampaign(reference=plan.campaign, number=number, plan=plan)
            fields = kept.model_dump(mode="json", exclude={"reference", "decision"}) | {"random": randomised_by(plan)}
            await self._campaigns.update_one({"_id": plan.campaign}, {"$setOnInsert": fields}, upsert=True)
        await self._replace(plan, stored)
        await self._note(plan.campaign, "known_plan", version)
        await self._waves.changed()

    async def _replace(self, plan: CampaignApproved, stored: Document) -> None:
        """Replaces the plan by the newer one. Raises `Conflict` where that would change who is in which arm of a loaded
        population."""
        random = randomised_by(plan)
        older = {"_id": plan.campaign, "plan.plan_version": {"$lt": plan.plan_version}}
        await self._campaigns.update_one(
            older | {"$or": [{"load": None}, {"random": random}]}, {"$set": {"plan": stored, "random": random}}
        )
        if await self._campaigns.find_one(older, {"_id": 1}):
            raise Conflict(
                f"{plan.campaign} has its population: plan {plan.plan_version} cannot randomise it otherwise"
            )

    async def decide(
        self, campaign: str, status: Status, version: int, at: datetime, plan_version: int | None = None
    ) -> None:
        """Applies decisions in the order of their versions, and of their times within one; a stop is final."""
        earlier = {
            "_id": campaign,
            "status": {"$ne": Status.STOPPED},
            "$or": [{"version": {"$lt": version}}, {"version": version, "decided_at": {"$lt": at}}],
        }
        decision = {"status": status, "version": version, "decided_at": at}
        if plan_version is not None:
            decision["plan_version"] = plan_version
        if status is Status.GO:
            await self._store.traces.keep(campaign)
        if not (await self._decisions.update_one(earlier, {"$set": decision})).matched_count:
            await self._note(campaign, "version", 0)  # nothing was heard about it before, or a later decision
            await self._decisions.update_one(earlier, {"$set": decision})
        await self._waves.changed()

    async def slow(self, campaign: str, daily_limit: int | None, version: int) -> None:
        await self._note(campaign, "slowed", 0)
        earlier = {"_id": campaign, "slowed": {"$lt": version}}
        await self._decisions.update_one(earlier, {"$set": {"slowed": version, "daily_limit": daily_limit}})

    async def publish_lines(self, campaign: str, version: int) -> None:
        await self._note(campaign, "lines_to_take", version)

    async def _note(self, campaign: str, field: str, version: int) -> None:
        """The highest `version` that was heard of `field`."""
        unless_there = {name: value for name, value in UNDECIDED.items() if name != field}
        try:
            await self._decisions.update_one(
                {"_id": campaign}, {"$max": {field: version}, "$setOnInsert": unless_there}, upsert=True
            )
        except DuplicateKeyError:  # another replica made it at the same moment
            await self._decisions.update_one({"_id": campaign}, {"$max": {field: version}})

    async def set_population(self, reference: str, load: str, known_by: Kind, session: Session) -> None:
        """Sets the population within the caller's transaction. Raises `Conflict` if the campaign has one already."""
        changed = await self._campaigns.update_one(
            {"_id": reference, "load": None}, {"$set": {"load": load, "known_by": known_by}}, session=session
        )
        if not changed.matched_count:
            raise Conflict(f"campaign {reference} was given its population meanwhile")

    async def set_waves(self, campaign: DispatchedCampaign, waves: Sequence[PlannedWave]) -> bool:
        """Sets the waves, unless the plan or the schedule has changed since `campaign` was read."""
        version = campaign.plan.plan_version
        as_read = {"_id": campaign.reference, "plan.plan_version": version, "scheduled": campaign.scheduled}
        planned = [wave.model_dump(mode="json") for wave in waves]
        changed = await self._campaigns.update_one(as_read, {"$set": {"waves": planned, "scheduled": version}})
        await self._waves.changed()
        return bool(changed.matched_count)

    async def due(self, day: date) -> list[DispatchedCampaign]:
        found = [await self.campaign(reference) for reference in await self._waves.by(day)]
        due = [c for c in found if c.may_issue and c.scheduled == c.plan.plan_version and c.wave_due(day)]
        await self._waves.not_on(day, {c.reference for c in found} - {c.reference for c in due})
        return due

    async def start_wave(self, campaign: DispatchedCampaign, wave: int, at: datetime, said: Sequence[Contract]) -> None:
        reference = campaign.reference
        as_read = {"_id": reference, "plan.plan_version": campaign.scheduled, "scheduled": campaign.scheduled}
        # not by its place: "waves.0.started_at": None holds for any list, since no wave has a field named "0"
        not_started = {"waves": {"$elemMatch": {"number": wave, "started_at": None}}}

        async def write(session: Session) -> None:
            changed = await self._campaigns.update_one(
                as_read | not_started, {"$set": {"waves.$.started_at": at.isoformat()}}, session=session
            )
            if not changed.matched_count:
                raise Conflict(f"wave {wave} of {reference} was started or planned anew meanwhile")

        async with self._store.traces.going_on("wave due", reference, campaign=reference):
            await self._store.commit(write, *events_after(f"{reference}:wave:{wave}", self._source, at, said))
        await self._waves.changed()

    async def set_complete(self, campaign: str, at: datetime) -> datetime:
        await self._campaigns.update_one(
            {"_id": campaign, "completed_at": None}, {"$set": {"completed_at": at.isoformat()}}
        )
        completed = (await self.campaign(campaign)).completed_at
        return completed or at
