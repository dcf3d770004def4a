"""Campaigns in MongoDB: each as it stands, and the history of all of them."""

from collections.abc import Collection
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from services.planner.agreement.clashes import OtherCampaign
from services.planner.campaign import Campaign
from services.planner.lifecycle import ENDED, State
from services.planner.plan.dates import AS_KEPT
from services.planner.ports import Entry, Summary
from shared.clock import Clock
from shared.contracts import Contract
from shared.errors import NotFound, Stale
from shared.events import events_after
from shared.idempotency import Request, expect_same_request
from shared.storage.numbering import next_number
from shared.storage.store import Document, Indexes, Session, Store
from shared.storage.versions import Versioned

CAMPAIGNS = Indexes(
    "campaigns",
    (
        IndexModel([("request", ASCENDING)], unique=True),
        IndexModel([("plan.regime", ASCENDING)]),
        IndexModel("plan.launch"),
        IndexModel([("state", ASCENDING)]),
    ),
)
HISTORY = Indexes(
    "history", (IndexModel([("campaign", ASCENDING), ("version", ASCENDING), ("ordinal", ASCENDING)], unique=True),)
)
SOURCE = "planner"


class MongoCampaigns:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._campaigns = store["campaigns"]
        self._history = store["history"]
        self._clock = clock
        self._remembered = Versioned(self._read)

    async def next_reference(self, year: int) -> str:
        number = await next_number(self._store["counters"], f"campaigns-{year}")
        return f"OTM-{year % 100:02d}-{number:04d}"

    async def add(self, campaign: Campaign, request: Request) -> Campaign:
        document = campaign_document(campaign) | {"request": request.id, "digest": request.digest}

        async def write(session: Session) -> None:
            await self._campaigns.insert_one(document, session=session)
            await self._history.insert_many(history_entries(campaign), session=session)

        try:
            await self._store.commit(write)
        except DuplicateKeyError:
            return await self._created_before(request)
        return campaign

    async def get(self, reference: str) -> Campaign:
        document = await self._campaigns.find_one({"_id": reference})
        if document is None:
            raise NotFound(f"there is no campaign {reference}")
        return _campaign(document)

    async def is_paused(self, reference: str) -> bool:
        return await self._campaigns.find_one({"_id": reference, "state": State.PAUSED}, {"_id": 1}) is not None

    async def all(self, state: State | None = None, regime: str | None = None) -> list[Summary]:
        wanted = {name: value for name, value in (("plan.regime", regime), ("state", state)) if value}
        fields = {"state": 1, "version": 1, "author": 1} | {f"plan.{name}": 1 for name in _OF_PLAN}
        found = self._campaigns.find(wanted, fields).sort("_id", ASCENDING)
        return [_summary(document) async for document in found]

    async def of_states(self, *states: State) -> list[Campaign]:
        found = await self._present({"state": {"$in": list(states)}})
        return sorted((each for each in found if each.state in states), key=lambda each: states.index(each.state))

    async def of(self, references: Collection[str]) -> list[Campaign]:
        return await self._present({"_id": {"$in": list(references)}}) if references else []

    async def of_regime(self, regime: str) -> list[OtherCampaign]:
        present = {"plan.regime": regime, "state": {"$nin": sorted(ENDED)}}
        return [_campaign(document).as_other_campaign async for document in self._campaigns.find(present)]

    async def history(self, reference: str, about: str | None = None) -> list[Entry]:
        wanted = {"campaign": reference} | ({"about": about} if about else {})
        rows = self._history.find(wanted, {"_id": 0, "campaign": 0, "ordinal": 0})
        rows = rows.sort([("version", ASCENDING), ("ordinal", ASCENDING)])
        return [Entry.model_validate(row, context=AS_KEPT) async for row in rows]

    async def save(self, campaign: Campaign, said: list[Contract]) -> None:
        async def write(session: Session) -> None:
            result = await self._campaigns.update_one(
                {"_id": campaign.reference, "version": campaign.version - 1},
                {"$set": campaign_document(campaign)},
                session=session,
            )
            if not result.matched_count:
                raise Stale(f"campaign {campaign.reference} was changed meanwhile: read it again")
            await self._history.insert_many(history_entries(campaign), session=session)

        cause = f"{campaign.reference}@{campaign.version}"
        await self._store.commit(write, *events_after(cause, SOURCE, self._clock.now(), said))

    async def _present(self, wanted: Document) -> list[Campaign]:
        rows = [(row["_id"], row["version"]) async for row in self._campaigns.find(wanted, {"version": 1})]
        return list((await self._remembered.of(sorted(rows))).values())

    async def _read(self, references: Collection[str]) -> dict[str, Campaign]:
        return {row["_id"]: _campaign(row) async for row in self._campaigns.find({"_id": {"$in": list(references)}})}

    async def _created_before(self, request: Request) -> Campaign:
        document = await self._campaigns.find_one({"request": request.id})
        if document is None:
            raise Stale("the reference was given to another campaign meanwhile: try again")
        expect_same_request(document["digest"], request)
        return _campaign(document)


def campaign_document(campaign: Campaign) -> Document:
    """Returns a campaign as it is kept."""
    fields = campaign.model_dump(mode="json")
    return {"_id": fields.pop("reference"), **fields}


def _summary(document: Document) -> Summary:
    return Summary(
        reference=document["_id"],
        state=document["state"],
        version=document["version"],
        author=document["author"],
        **document["plan"],
    )


def history_entries(campaign: Campaign) -> list[Document]:
    """Returns the changes of this version as the history keeps them."""
    return [
        {"campaign": campaign.reference, "version": campaign.version, "ordinal": ordinal}
        | change.model_dump(mode="json")
        for ordinal, change in enumerate(campaign.changes)
    ]


def _campaign(document: Document) -> Campaign:
    fields: dict[str, Any] = {name: value for name, value in document.items() if name not in _OURS}
    return Campaign.model_validate({"reference": document["_id"], **fields}, context=AS_KEPT)


_OF_PLAN = ("title", "regime", "launch", "customers")
_OURS = ("_id", "request", "digest")
