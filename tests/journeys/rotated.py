"""Intake and dispatcher before and after a rotation of the index key: their stores stay, they are built anew."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import bson

from services.dispatcher import app as dispatching
from services.dispatcher.own_messages import AllocationDue, UnitsDue
from services.dispatcher.schema import SCHEMA as DISPATCHER
from services.dispatcher.settings import Settings as DispatcherSettings
from services.intake import app as taking
from services.intake.contacts.excursions import Excursions
from services.intake.handlers import Handlers
from services.intake.helpline.ports import HeardCapacities
from services.intake.late_arrivals.letters import LateLetters
from services.intake.register.ports import Register
from services.intake.schema import SCHEMA as INTAKE
from services.intake.settings import Settings as IntakeSettings
from shared.contracts import CampaignApproved, CommunicationsIssued
from shared.customers.generations import newest
from shared.customers.reference import CustomerReference, ReferenceKind
from shared.events import first_event
from shared.protection import Keyring, load_keyring
from shared.running.service import Service
from shared.storage.schema import DataMove, Migration, Schema
from shared.storage.store import Database, Document, Session, Store
from tests.dispatcher.given.decisions import launched
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.people import file, row, utr
from tests.support.clocks import NOON
from tests.support.inside import Corner, Inside, inside
from tests.support.samples import sample

SEEN_BY_NOBODY_ELSE = ("audit", "audit_written", "outbox")
"""Collections that keep tokens as they were written: the audit trail, and events on their way."""
OF_THE_CAMPAIGN = ("communications", "withheld")
"""Collections of dispatcher that keep the tokens of their campaign's generation."""


class Killed(Exception):
    """The end of a runner's process."""


def customer(number: int) -> CustomerReference:
    return CustomerReference(kind=ReferenceKind.UTR, reference=utr(number))


def whom(number: int) -> dict[str, Any]:
    return {"customer_reference": {"kind": "utr", "reference": utr(number)}}


@dataclass
class Both:
    """The two services that know customers, as they are under one keyring."""

    intake: Inside
    dispatcher: Inside
    desk: Desk
    keyring: Keyring

    async def hear(self, *events: CommunicationsIssued | CampaignApproved) -> None:
        """Tells intake, twice."""
        part, lift = self.intake.part, partial(newest, self.keyring)
        handlers = Handlers(part(Register), part(LateLetters), part(Excursions), part(HeardCapacities), lift)
        for event in events * 2:
            if isinstance(event, CampaignApproved):
                await handlers.note_campaign(first_event(event, "planner", NOON))
            else:
                await handlers.register_letters(first_event(event, "dispatcher", NOON))

    async def begin(self, campaign: CampaignApproved, numbers: Sequence[int]) -> dict[str, Any]:
        """Approves, loads, allocates and launches a campaign. Returns the report of its population."""
        await self.desk.hear.approve(heard(campaign))
        await self.hear(campaign)
        async with self.dispatcher.caller("analyst") as analyst:
            path = f"/v1/campaigns/{campaign.campaign}/population"
            report: dict[str, Any] = (await analyst.put(path, content=file([row(n) for n in numbers]))).json()
        due = {"campaign": campaign.campaign, "load": report["load"]}
        await self.desk.hear.allocate(heard(AllocationDue.model_validate(due)))
        await self.desk.hear.tell_units(heard(UnitsDue.model_validate(due)))
        await self.desk.hear.launch(heard(launched().model_copy(update={"campaign": campaign.campaign})))
        return report

    async def letters(self, campaign: str) -> dict[int, dict[str, Any]]:
        """Returns the ledger's entries by customer."""
        return {entry["row"]: entry async for entry in self.desk.store["communications"].find({"campaign": campaign})}

    async def look_up(self, known: dict[str, Any]) -> list[str]:
        async with self.intake.caller("helpline") as helpline:
            answer = await helpline.post("/v1/look-up", json=known)
        return sorted(found["letter"]["reference"] for found in answer.json()) if answer.is_success else []


@dataclass
class Ground:
    """Ground that stays when services are stopped: the stores and the keyring's file."""

    corner: Corner
    folder: Path

    def services(self) -> tuple[Service, Service]:
        further = {"mongo_database": f"{self.corner.database}_d", "print_folder": self.folder / "print"}
        settings = self.corner.settings(DispatcherSettings, **further, spool_folder=self.folder)
        return taking.build_app(self.corner.settings(IntakeSettings)), dispatching.build_app(settings)

    @asynccontextmanager
    async def both(self) -> AsyncIterator[Both]:
        """The services at work, their stores migrated as by `otm migrate run`."""
        async with AsyncExitStack() as stack:
            intake, dispatcher = [
                await stack.enter_async_context(inside(service, self.corner)) for service in self.services()
            ]
            desk = Desk(dispatcher, self.folder / "letters")
            yield Both(intake, dispatcher, desk, load_keyring(self.corner.home.keyring))

    def stores(self, change: Callable[[Schema, Keyring], Schema] = lambda schema, _: schema) -> dict[str, Store]:
        keyring, url = load_keyring(self.corner.home.keyring), self.corner.mongo_url
        names = {self.corner.database: INTAKE, f"{self.corner.database}_d": DISPATCHER}
        return {
            schema.database: Store.of(url, change(schema, keyring), name, keyring=keyring)
            for name, schema in names.items()
        }

    async def contents(self) -> dict[str, bytes]:
        """Returns all that is in each collection of both stores, as it is there."""
        found: dict[str, bytes] = {}
        for store in self.stores().values():
            for name in await store.database.list_collection_names():
                rows = [bson.encode(document) async for document in store.database[name].find()]
                found[name] = found.get(name, b"") + b"".join(rows)
            store.close()
        return found


def holding(contents: Mapping[str, bytes], secret: bytes) -> set[str]:
    """Returns the collections that have these bytes in the open, or as hex digits."""
    return {name for name, raw in contents.items() if secret in raw or secret.hex().encode() in raw}


def dying(name: str, after: int) -> Callable[[Schema, Keyring], Schema]:
    """Returns the change of a schema by which the lift of that collection dies after so many batches of two."""

    def changed(schema: Schema, keyring: Keyring) -> Schema:
        lifts = tuple(_dying(m, after) if m.collection == name else m for m in schema.lifts(keyring))
        return replace(schema, lifts=lambda _: lifts)

    return changed


def _dying(migration: Migration, after: int) -> Migration:
    left = after

    def count() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed

    if isinstance(migration, DataMove):
        move = migration.move

        async def moved(database: Database, rows: Sequence[Document], session: Session) -> None:
            await move(database, rows, session)
            count()

        return replace(migration, move=moved, together=2)
    change, seen = migration.change, 0

    def changed(document: Document) -> Document | None:
        nonlocal seen
        if seen % 2 == 0:
            count()
        seen += 1
        return change(document)

    return replace(migration, change=changed, together=2)


def approved(campaign: str, **fields: Any) -> CampaignApproved:
    return sample(CampaignApproved, campaign=campaign, **fields)
