"""A part of the plan or of the lines to take on its page, and each item of a list on its own."""

from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as InPath
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.planner.approving.brief import changed_facts
from services.planner.assessment.pages.question import Designer, Sent
from services.planner.writing.pages.desk import Desk, TheDesk
from services.planner.writing.pages.fields import texts_of
from services.planner.writing.pages.saving import save
from services.planner.writing.typed_part import TypedPart
from shared.errors import NotFound
from shared.web.site.visitors import Posted, Visit

Place = Annotated[str, InPath(pattern=r"^(new|[1-9][0-9]{0,3})$")]

router = APIRouter(prefix="/campaigns/{reference}/write/{part}")


@router.get("")
async def show(visit: Designer, desk: TheDesk) -> Response:
    """Shows the form of a part, or the list of its items."""
    return desk.listed(visit) if desk.part.items else await _form(visit, desk)


@router.post("")
async def send(posted: Sent, desk: TheDesk) -> Response:
    """Keeps a part, if it is what the person saw, and leads to the next one with something to do."""
    if desk.part.items:
        raise NotFound("a list is written one by one")
    return await _sent(posted, desk)


@router.get("/{place}")
async def show_item(place: Place, visit: Designer, desk: TheDesk) -> Response:
    """Shows the form of an item, or of a new one."""
    item = desk.at_item(place)
    if item.at is not None and item.opened is None:
        raise NotFound("there is no such item any more")
    return await _form(visit, item)


@router.post("/{place}")
async def send_item(place: Place, posted: Sent, desk: TheDesk) -> Response:
    """Keeps or removes an item, if it is what the person saw, and leads to the list."""
    return await _sent(posted, desk.at_item(place))


async def _form(visit: Visit, desk: Desk) -> Response:
    draft = await visit.draft()
    return desk.form(visit, draft, kept=draft is not None)


async def _sent(posted: Posted, desk: Desk) -> Response:
    if desk.standing.waits_for:
        return desk.form(posted.visit, posted.form, 409)
    typed = TypedPart(desk.part, desk.asks, texts_of(desk.asks, posted.form))
    refused = await save(desk.campaigns, desk.campaign, posted, typed, desk.at)
    if refused is None:
        to = desk.path if desk.part.items else (await desk.now()).onward
        return RedirectResponse(to, HTTP_303_SEE_OTHER)
    if not refused.stale:
        return desk.form(posted.visit, posted.form, refused.status, refused.problems)
    now = await desk.now()
    different = changed_facts(posted.form.seen, now.facts)
    return now.form(posted.visit, posted.form, refused.status, refused.problems, different=different)
