"""Sign-out: in one browser, in all of them, and where the provider says so."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER, HTTP_400_BAD_REQUEST

from shared.clock import SystemClock
from shared.errors import Malformed, NotFound, Unauthenticated
from shared.web.site.forms import expect_own_page, read_form
from shared.web.site.identity.logout_token import Logout, read_logout
from shared.web.site.identity.sign_in import TheDoor
from shared.web.site.visitors import Posted, TheVisitors, Visit, posting, visiting

NOT_KEPT = {"Cache-Control": "no-store"}

log = structlog.get_logger(__name__)
router = APIRouter(include_in_schema=False)


@router.get("/session")
async def session(visit: Annotated[Visit, Depends(visiting())], door: TheDoor) -> Response:
    """Shows a person who they are here, and how to sign out in all browsers."""
    names = [door.visitors.roles[code].name for code in visit.session.roles if code in door.visitors.roles]
    return door.look.page("site/session.html", visit, roles=names)


@router.post("/sign-out")
async def sign_out(request: Request, door: TheDoor, visitors: TheVisitors) -> Response:
    """Ends the session, here and at the provider. Nobody has to be signed in to sign out."""
    expect_own_page(request)
    known, _ = visitors.session(request)
    form = await read_form(request)
    if known is not None:
        visitors.expect_of_session(form, known)
    return await _out(request, door)


@router.post("/sign-out/everywhere")
async def sign_out_everywhere(
    request: Request, posted: Annotated[Posted, Depends(posting())], door: TheDoor, visitors: TheVisitors
) -> Response:
    """Ends all sessions of the person, in all browsers and at all services."""
    await visitors.endings.end(posted.visit.session.account, SystemClock().now())
    log.info("signed out everywhere", caller=posted.person.subject)
    return await _out(request, door)


@router.post("/sign-out/by-provider")
async def signed_out_by_provider(request: Request, door: TheDoor, visitors: TheVisitors) -> Response:
    """Ends the sessions that the provider names: OpenID Connect Back-Channel Logout 1.0."""
    if door.provider is None:
        raise NotFound("there is nothing at this address")
    form = await read_form(request)
    try:
        logout = read_logout(await door.provider.signed(form.text("logout_token")))
    except (Malformed, Unauthenticated) as error:
        visitors.stranger(request)
        said = {"error": "invalid_request", "error_description": error.message}
        return JSONResponse(said, HTTP_400_BAD_REQUEST, NOT_KEPT)
    await visitors.endings.end(_who(logout, visitors), logout.until)
    return Response(headers=NOT_KEPT)


@router.get("/signed-out")
async def signed_out(door: TheDoor) -> Response:
    """Says that the session has ended."""
    return door.look.public("site/signed-out.html")


def _who(logout: Logout, visitors: TheVisitors) -> str:
    """Returns the digest of the one sign-in, where the provider names it, or else of the person."""
    return visitors.sessions.login(logout.login) if logout.login else visitors.sessions.account(logout.account)


async def _out(request: Request, door: TheDoor) -> Response:
    there = await door.provider.end_url(door.back(request, "/signed-out")) if door.provider else None
    response = RedirectResponse(there or "/signed-out", HTTP_303_SEE_OTHER, NOT_KEPT)
    door.visitors.cookies.clear(response, "session")
    return response
