"""Disclosures over HTTP: the team that owns one works through it, and adds files to it."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.intake.access_log import PersonalData
from services.intake.callers import Discloser, DisclosureTeam, Personal, expect_team, team_of, works_on
from services.intake.campaigns.repository import MongoCampaigns
from services.intake.campaigns.teams import expect_known_team
from services.intake.contacts.api.visibility import Seen
from services.intake.disclosures.attachment import Attachment
from services.intake.disclosures.attachments import Attachments
from services.intake.disclosures.disclosure import Disclosure, State
from services.intake.disclosures.repository.disclosures import MongoDisclosures
from shared.clock import Clock
from shared.identifiers import derived_id, new_id
from shared.paging import Asked, Page
from shared.principal import Principal
from shared.values import Code, Identifier, Value
from shared.web.dependencies import part
from shared.web.idempotency import Digest, IdempotencyKey

Disclosures = Annotated[MongoDisclosures, Depends(part(MongoDisclosures))]
Files = Annotated[Attachments, Depends(part(Attachments))]
Now = Annotated[Clock, Depends(part(Clock))]
INERT = {
    "Content-Disposition": "attachment",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
}
"""A file that a customer sent is saved; no browser shows or executes it."""

router = APIRouter(prefix="/disclosures", tags=["volunteered information"])


class Listed(Asked):
    """`state`: those in one state, also those that are resolved; else all that are open."""

    state: State | None = None


class Routing(Value):
    """The team that deals with it from now on."""

    team: Code


@router.get("")
async def work_list(
    caller: DisclosureTeam, disclosures: Disclosures, personal: Personal, asked: Annotated[Listed, Query()]
) -> Page[Disclosure]:
    """List the disclosures that the caller's team has to deal with, those due first at the top."""
    read = partial(disclosures.listed, team_of(caller), asked.state)
    return await personal.page(caller, "disclosures.listed", asked, read)


@router.get("/{key}")
async def one(key: str, caller: DisclosureTeam, disclosures: Disclosures, personal: Personal) -> Disclosure:
    """Read a disclosure, by its id or by the reference that the customer quotes."""
    return await seen_disclosure("disclosure.read", key, caller, disclosures, personal)


@router.post("/{key}/acknowledge")
async def acknowledge(
    key: str, caller: DisclosureTeam, disclosures: Disclosures, personal: Personal, clock: Now
) -> Disclosure:
    """Note that the customer has been told of its receipt."""
    disclosure = await seen_disclosure("disclosure.acknowledged", key, caller, disclosures, personal)
    return await disclosures.step(disclosure.id, "acknowledged", caller.subject, clock.now(), None)


@router.post("/{key}/route")
async def route(
    key: str,
    routing: Routing,
    caller: DisclosureTeam,
    disclosures: Disclosures,
    campaigns: Annotated[MongoCampaigns, Depends(part(MongoCampaigns))],
    personal: Personal,
    clock: Now,
) -> Disclosure:
    """Pass it to the team that can act on it, one that there is; only that team sees it then."""
    disclosure = await seen_disclosure("disclosure.routed", key, caller, disclosures, personal)
    expect_known_team(routing.team, (await campaigns.known()).get(disclosure.campaign or ""))
    return await disclosures.step(disclosure.id, "routed", caller.subject, clock.now(), routing.team)


@router.post("/{key}/resolve")
async def resolve(
    key: str, caller: DisclosureTeam, disclosures: Disclosures, personal: Personal, clock: Now
) -> Disclosure:
    """Note that nothing is left to do about it."""
    disclosure = await seen_disclosure("disclosure.resolved", key, caller, disclosures, personal)
    return await disclosures.step(disclosure.id, "resolved", caller.subject, clock.now(), None)


@dataclass(frozen=True)
class Attaching:
    """The parts that add a file to a disclosure."""

    disclosures: Disclosures
    contacts: Seen
    files: Files
    personal: Personal
    digest: Digest

    async def disclosure(self, key: str, caller: Principal) -> Disclosure:
        """Returns a disclosure that the caller may add to: as its owner, or as those who took its contact. Raises
        `NotFound` for all others."""
        disclosure = await self.disclosures.get(key)
        if not works_on(caller, "disclosures:work", disclosure.owner):
            await self.contacts.expect_theirs(caller, disclosure.contact)
        await _noted("attachment.added", disclosure, caller, self.personal)
        return disclosure


async def files_of(
    disclosures: Disclosures, contacts: Seen, files: Files, personal: Personal, digest: Digest
) -> Attaching:
    """A dependency. It waits for nothing, and is a coroutine all the same: FastAPI sends the others to a thread."""
    return Attaching(disclosures, contacts, files, personal, digest)


@router.post("/{key}/attachments", status_code=201)
async def attach(
    key: str,
    request: Request,
    caller: Discloser,
    attaching: Annotated[Attaching, Depends(files_of)],
    idempotency_key: IdempotencyKey = None,
) -> Attachment:
    """Add a file, sent as the body itself: PDF, PNG, JPEG or TIFF, by its content, of at most 10 MB."""
    disclosure = await attaching.disclosure(key, caller)
    content = await request.body()
    cause = f"{caller.subject}|{idempotency_key}" if idempotency_key else new_id()
    identifier = derived_id(disclosure.id, f"attachment|{cause}")
    digest = attaching.digest.of(content)
    return await attaching.files.add(identifier, disclosure.id, content, digest, caller.subject)


@router.get("/{key}/attachments")
async def attachments(
    key: str, caller: DisclosureTeam, disclosures: Disclosures, files: Files, personal: Personal
) -> list[Attachment]:
    return list(await files.of((await seen_disclosure("attachments.listed", key, caller, disclosures, personal)).id))


@router.get("/{key}/attachments/{attachment}", response_class=Response)
async def content(
    key: str, attachment: Identifier, caller: DisclosureTeam, disclosures: Disclosures, files: Files, personal: Personal
) -> Response:
    """Fetch the file as it was sent, to be saved and not shown."""
    disclosure = await seen_disclosure("attachment.read", key, caller, disclosures, personal)
    found = await files.content(disclosure.id, attachment)
    return Response(found, media_type="application/octet-stream", headers=INERT)


async def seen_disclosure(
    what: str, key: str, caller: Principal, disclosures: MongoDisclosures, personal: PersonalData
) -> Disclosure:
    """The disclosure, noted as seen by `caller`. Raises `NotFound` for another team's, and `Restricted`."""
    disclosure = await disclosures.get(key)
    expect_team(caller, disclosure.owner)
    await _noted(what, disclosure, caller, personal)
    return disclosure


async def _noted(what: str, disclosure: Disclosure, caller: Principal, personal: PersonalData) -> None:
    await personal.seen(caller, what, disclosure.about, disclosure=disclosure.id)
