"""Sign-in, the same at every service: a session that one begins, all know."""

import time
from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from shared.errors import Forbidden, NotFound, Unauthenticated
from shared.network.loopback import is_loopback
from shared.running.settings import SiteSettings
from shared.web.dependencies import part
from shared.web.site.forms import expect_own_page, local_path, read_form
from shared.web.site.identity.provider import Provider, SigningIn
from shared.web.site.look import Look
from shared.web.site.roles import home_of
from shared.web.site.sealing import Seal
from shared.web.site.session import Language, Session, Standing
from shared.web.site.visitors import Posted, TheVisitors, Visitors, posting

BEGUN = "signing-in"
BEGUN_SECONDS = 600
Text = Annotated[str, Query(max_length=4_000)]

log = structlog.get_logger(__name__)
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Door:
    """All that sign-in needs. Without a provider nobody signs in, but as a persona where there are personas."""

    settings: SiteSettings
    visitors: Visitors
    look: Look
    seal: Seal
    provider: Provider | None

    def back(self, request: Request, path: str) -> str:
        """Returns the address of a page of ours as the provider is told it."""
        return f"{self.settings.address or str(request.base_url).rstrip('/')}{path}"

    def home(self, session: Session) -> str:
        return home_of(session.roles, self.visitors.roles)

    def enter(self, session: Session, to: str) -> Response:
        """Returns the way to a page, with the session that begins."""
        log.info("signed in", caller=session.subject, roles=list(session.roles))
        response = RedirectResponse(to, HTTP_303_SEE_OTHER)
        self.visitors.cookies.set(response, "session", self.visitors.sessions.sealed(session))
        self.visitors.cookies.clear(response, BEGUN)
        response.headers["Cache-Control"] = "no-store"
        return response


TheDoor = Annotated[Door, Depends(part(Door))]


@router.get("/")
async def first(request: Request, door: TheDoor) -> Response:
    """Leads to the page that a person's role begins on."""
    session, standing = await door.visitors.checked(request)
    if session is None or standing is not Standing.HOLDS:
        return RedirectResponse("/sign-in", HTTP_303_SEE_OTHER)
    visit = await door.visitors.visit(request, ())
    home, open_to_them = door.home(session), [place.path for place in door.look.places(visit)]
    if not open_to_them:
        return door.look.page("site/nothing.html", visit)
    return RedirectResponse(home if home in open_to_them else open_to_them[0], HTTP_303_SEE_OTHER)


@router.get("/sign-in")
async def sign_in(request: Request, door: TheDoor, to: Text = "/", kept: Text = "") -> Response:
    """Shows how to sign in."""
    session, _ = door.visitors.session(request)
    personas = sorted(door.visitors.roles.items()) if door.settings.personas else ()
    return door.look.public(
        "site/sign-in.html",
        session.language if session else "en",
        to=local_path(to),
        kept=bool(kept),
        provider=door.provider is not None,
        personas=personas,
    )


@router.get("/sign-in/begin")
async def begin(request: Request, door: TheDoor, to: Text = "/") -> Response:
    """Leads to the provider."""
    if door.provider is None:
        raise NotFound("there is no provider to sign in with here")
    session, _ = door.visitors.session(request)
    language: Language = session.language if session else "en"
    url, begun = await door.provider.begin(local_path(to), language, door.back(request, "/sign-in/callback"))
    response = RedirectResponse(url, HTTP_303_SEE_OTHER, {"Cache-Control": "no-store"})
    door.visitors.cookies.set(response, BEGUN, door.seal.seal(begun, BEGUN), BEGUN_SECONDS)
    return response


@router.get("/sign-in/callback")
async def callback(
    request: Request,
    door: TheDoor,
    code: Text = "",
    state: Text = "",
    error: Text = "",
    _iss: Annotated[str, Query(alias="iss")] = "",
    _session_state: Annotated[str, Query(alias="session_state")] = "",
    _description: Annotated[str, Query(alias="error_description")] = "",
    _scope: Annotated[str, Query(alias="scope")] = "",
) -> Response:
    """Takes the provider's answer, and begins the session."""
    cookie = request.cookies.get(door.visitors.cookies.name(BEGUN), "")
    begun = door.seal.open(cookie, SigningIn, BEGUN)
    if door.provider is None or begun is None or begun.state != state or time.time() - begun.began > BEGUN_SECONDS:
        raise Forbidden("this sign-in was not begun in this browser, or too long ago: begin anew")
    if error or not code:
        raise Unauthenticated("the provider has not let you in: begin anew, or ask whoever looks after accounts")
    claims = await door.provider.complete(begun, code, door.back(request, "/sign-in/callback"))
    session = door.visitors.sessions.begin(
        claims.subject, claims.roles, claims.team, begun.language, claims.account, claims.login
    )
    return door.enter(session, begun.to)


@router.post("/sign-in/persona")
async def as_persona(request: Request, door: TheDoor) -> Response:
    """Begins a session as any role: on a stack of one machine alone."""
    if not door.settings.personas:
        raise NotFound("there is nothing at this address")
    expect_own_page(request)
    if not is_loopback(request.url.hostname or ""):
        raise Forbidden("personas are for people at this machine alone")
    form = await read_form(request)
    role = form.text("role")
    if role not in door.visitors.roles:
        raise NotFound("there is no such role")
    return door.enter(door.visitors.sessions.begin(role, (role,), None, "en"), local_path(form.text("to")))


@router.post("/session/stay")
async def stay(posted: Annotated[Posted, Depends(posting())], visitors: TheVisitors) -> Response:
    """Keeps the session going, for somebody who was warned of its end."""
    response = Response(status_code=204, headers={"Cache-Control": "no-store"})
    visitors.cookies.set(response, "session", visitors.sessions.sealed(posted.visit.session))
    return response


@router.post("/session/language")
async def change_language(posted: Annotated[Posted, Depends(posting())], visitors: TheVisitors) -> Response:
    """Shows the page in the other language from now on."""
    language: Language = "cy" if posted.form.text("language") == "cy" else "en"
    session = posted.visit.session.model_copy(update={"language": language})
    response = RedirectResponse(posted.form.page, HTTP_303_SEE_OTHER, {"Cache-Control": "no-store"})
    visitors.cookies.set(response, "session", visitors.sessions.sealed(session))
    return response
