"""Acknowledgement over HTTP: by the link in a notice, or as a team's system.

A GET of the link changes nothing, since mail scanners follow links too; the page it shows has a button that posts.
"""

from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import TypeAdapter, ValidationError

from services.notifier.acknowledgements import pages
from services.notifier.acknowledgements.acknowledgement import Acknowledgements
from services.notifier.acknowledgements.links import Links
from services.notifier.acknowledgements.waiting import Waiting
from services.notifier.notices.ask import Ask, Closed
from shared.clock import Clock
from shared.errors import Forbidden, Invalid, Permanent, Problem
from shared.principal import Principal
from shared.values import CampaignReference, Code, Identifier
from shared.web.access import allowed
from shared.web.dependencies import part

Acknowledger = Annotated[Principal, Depends(allowed("notices:acknowledge"))]
Waiter = Annotated[Principal, Depends(allowed("notices:read", "notices:acknowledge"))]
Service = Annotated[Acknowledgements, Depends(part(Acknowledgements))]
OurLinks = Annotated[Links, Depends(part(Links))]
Now = Annotated[Clock, Depends(part(Clock))]

FORM_BYTES = 1_000
PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    ),
}

router = APIRouter(tags=["acknowledgement"])
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"description": "A page that says why not", "content": {"text/html": {}, "application/problem+json": {}}}
    for status in (400, 403, 404, 409, 413, 422)
}


@router.get("/v1/acknowledgements/{token}", response_class=HTMLResponse, responses=REFUSALS)
async def confirm(token: str, service: Service, links: OurLinks, clock: Now) -> HTMLResponse:
    """The page that asks for confirmation. Acknowledges nothing."""
    try:
        notice, ask = await service.asked(links.notice(token, clock.now()))
    except Permanent as error:
        return _page(pages.refused(error.message), error.status)
    if ask.void_at is not None:
        return _page(pages.overtaken(), 409)
    if ask.closed is not None:
        return _page(pages.closed(ask.closed), 200 if ask.closed is Closed.KNOWN else 409)
    return _page(pages.acknowledged(ask) if ask.answer else pages.question(notice))


@router.post("/v1/acknowledgements/{token}", response_class=HTMLResponse, responses=REFUSALS)
async def acknowledge(token: str, request: Request, service: Service, links: OurLinks, clock: Now) -> HTMLResponse:
    """Keeps the answer of the form: `by` is a staff code. The first answer stays."""
    try:
        notice = links.notice(token, clock.now())
        ask = await service.acknowledge(notice, _who((await request.body())[:FORM_BYTES]))
    except Permanent as error:
        return _page(pages.refused(error.message), error.status)
    return _page(pages.acknowledged(ask) if ask.closed is None else pages.closed(ask.closed))


@router.get("/v1/waiting")
async def what_waits(
    caller: Waiter, service: Service, campaign: CampaignReference | None = None, team: Code | None = None
) -> list[Waiting]:
    """Returns who owes an answer, what is asked, since when and until when, the longest first. A team's own key shows
    what its teams owe.
    """
    found = await service.waiting(campaign, team)
    everything = "notices:read" in caller.scopes
    return [each for each in found if everything or f"teams:{each.team}" in caller.scopes]


@router.post("/v1/notices/{notice_id}/acknowledgement")
async def acknowledge_as(notice_id: Identifier, caller: Acknowledger, service: Service) -> Ask:
    """Acknowledges as a team's own system or person, whose key has the scope `teams:<code>` of the notice's team. The
    first answer stays; asked again, it is given again.
    """
    notice, _ = await service.asked(notice_id)
    if f"teams:{notice.team}" not in caller.scopes:
        raise Forbidden(f"this notice is for another team: it needs the scope teams:{notice.team}")
    return await service.acknowledge(notice_id, caller.subject)


def _who(body: bytes) -> str:
    given = parse_qs(body.decode(errors="replace")).get("by", [""])[0].strip().lower()
    try:
        return TypeAdapter(Code).validate_python(given)
    except ValidationError:
        raise Invalid(
            "say who you are by your staff code: small letters, digits and hyphens",
            Problem("by", "code", "a staff code"),
        ) from None


def _page(page: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(page, status, PAGE_HEADERS)
