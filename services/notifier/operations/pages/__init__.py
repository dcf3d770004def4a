"""The page of operators: what is stuck, the dead letters with their replay, and the closed loop, live."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.status import HTTP_303_SEE_OTHER

from services.notifier.operations.api import BEAT, EVENT_STREAM, STREAM_HEADERS, TheFeed, server_sent
from services.notifier.operations.feed import Feed
from services.notifier.operations.replays import Replays
from services.notifier.operations.state import DeadGroup, Replay
from shared.errors import Invalid, NotFound, Problem
from shared.identifiers import new_id
from shared.web.dependencies import part
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list
from shared.web.site.visitors import Posted, Visit, posting, visiting

TEMPLATES = Path(__file__).parent / "templates"
FOLLOWED_SECONDS = 60.0
"""After so long a page connects anew, and its session is looked at again."""
RATES = (1, 20, 200)
"""Letters a second that can be chosen."""
PAGE = "/operations"
_RATE = TypeAdapter(int)

Operator = Annotated[Visit, Depends(visiting("operations:read"))]
Mender = Annotated[Posted, Depends(posting("operations:write"))]

router = APIRouter(prefix=PAGE, include_in_schema=False)


@router.get("")
async def operations(request: Request, visit: Operator, feed: TheFeed, look: TheLook) -> Response:
    """Shows the state; asked for as a stream, each change of it."""
    if EVENT_STREAM in request.headers.get("accept", ""):
        return StreamingResponse(_parts(visit, feed, look), media_type=EVENT_STREAM, headers=STREAM_HEADERS)
    return look.page("operations/operations.html", visit, state=await feed.now(), may=_may(visit))


@router.post("/preview")
async def preview(posted: Mender, feed: TheFeed, look: TheLook) -> Response:
    """Shows what a replay would touch. Nothing happens yet."""
    return await _asked(posted, feed, look)


@router.post("/replays")
async def replay(
    posted: Mender, feed: TheFeed, look: TheLook, replays: Annotated[Replays, Depends(part(Replays))]
) -> Response:
    """Orders a replay; a form that is sent twice orders one."""
    group = _group(posted.form, (await feed.now()).dead)
    rate = _rate(posted.form)
    if rate is None:
        problem = Problem("rate", "choose", "Choose how many a second")
        return await _asked(posted, feed, look, 422, [problem])
    order = Replay(
        id=posted.form.key or new_id(),
        queue=group.queue,
        cause=group.cause,
        campaign=group.campaign,
        rate=rate,
        by=posted.person.subject,
        at=datetime.now(UTC),
    )
    await replays.order(order)
    return RedirectResponse(PAGE, HTTP_303_SEE_OTHER)


async def _asked(
    posted: Posted, feed: Feed, look: Look, status: int = 200, problems: list[Problem] | None = None
) -> Response:
    group = _group(posted.form, (await feed.now()).dead)
    visit = posted.visit.at(PAGE)
    errors = error_list(problems or [], look.words(visit))
    return look.page("operations/preview.html", visit, status, group=group, rates=RATES, errors=errors)


def _group(form: Form, groups: tuple[DeadGroup, ...]) -> DeadGroup:
    """Returns the group that the form is about. Raises `NotFound` where its letters are not there any more."""
    wanted = (form.text("queue"), form.text("cause"), form.text("campaign"))
    for group in groups:
        if (group.queue, group.cause, group.campaign) == wanted:
            return group
    raise NotFound("these dead letters are not there any more: go back to the page of operations")


def _rate(form: Form) -> int | None:
    try:
        given = _RATE.validate_python(form.text("rate"))
    except (ValidationError, Invalid):
        return None
    return given if given in RATES else None


def _may(visit: Visit) -> bool:
    """Whether the person may order replays."""
    return "operations:write" in visit.person.scopes


async def _parts(visit: Visit, feed: Feed, look: Look) -> AsyncIterator[str]:
    """Yields the part of the page that follows the state, as it changes."""
    async for found in feed.follow(FOLLOWED_SECONDS):
        yield server_sent(look.part("operations/now.html", visit, state=found, may=_may(visit))) if found else BEAT
