"""Visitors: people who are signed in, as pages meet them, and what happens to those whose session is over."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated

import structlog
from fastapi import Depends, Request

from shared.errors import Forbidden
from shared.principal import Principal
from shared.running.watched_file import WatchedFile
from shared.web.callers.access import Access
from shared.web.dependencies import part
from shared.web.site.cookies import Cookies
from shared.web.site.drafts import Drafts, Typed
from shared.web.site.endings import Endings
from shared.web.site.forms import Form, expect_own_page, local_path, read_form
from shared.web.site.roles import Roles, person
from shared.web.site.session import Session, Sessions, Standing

Reading = Callable[[Request], Awaitable[Form]]
CHECKED = "otm.visit"
"""Where the visit of a request is left in its scope, for the error page and the cookie."""


class SignInFirst(Exception):
    """Nobody is signed in. `to` is the page to come back to; `kept`: what was typed is there then."""

    def __init__(self, to: str, kept: bool = False) -> None:
        super().__init__("sign in first")
        self.to = to
        self.kept = kept


@dataclass(frozen=True, slots=True)
class Visit:
    """A person who is signed in, and the page that they ask for."""

    person: Principal
    session: Session
    csrf: str
    path: str
    _drafts: Drafts

    async def draft(self) -> Form | None:
        """Returns what the person typed on this page when their session was over."""
        typed = await self._drafts.of(self.person.subject, self.path)
        return Form(typed) if typed is not None else None

    async def keep_draft(self, page: str, typed: Typed) -> None:
        """Keeps what the person typed, to be shown on a page of theirs."""
        await self._drafts.keep(self.person.subject, page, typed)

    async def forget_draft(self, page: str) -> None:
        await self._drafts.forget(self.person.subject, page)

    def at(self, page: str) -> "Visit":
        """Returns the visit as if it were to another page: the one whose form is shown again."""
        return replace(self, path=page)


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that a person has sent from a page of ours; `visit` is to that page."""

    visit: Visit
    form: Form

    @property
    def person(self) -> Principal:
        return self.visit.person


class Visitors:
    """Recognises people by their session, and keeps what they typed when it is over."""

    def __init__(
        self,
        sessions: Sessions,
        cookies: Cookies,
        roles: WatchedFile[Roles],
        drafts: Drafts,
        endings: Endings,
        access: Access,
    ) -> None:
        self.sessions = sessions
        self.endings = endings
        self.cookies = cookies
        self._roles = roles
        self._drafts = drafts
        self._access = access

    @property
    def roles(self) -> Roles:
        return self._roles.value()

    def session(self, request: Request) -> tuple[Session | None, Standing]:
        """Returns the session as the browser has it: good for a language, or to take it away."""
        return self.sessions.open(request.cookies.get(self.cookies.name("session"), ""))

    async def checked(self, request: Request) -> tuple[Session | None, Standing]:
        """Returns the session, and whether it holds: one that was ended in all browsers is over."""
        session, standing = self.session(request)
        if session is not None and await self.endings.ended(session.ended_by, session.began):
            return None, Standing.OVER
        return session, standing

    async def visit(self, request: Request, scopes: tuple[str, ...]) -> Visit:
        """Raises `SignInFirst`, `TooMany`, and `Forbidden` for a person without any of `scopes`."""
        session, standing = await self.checked(request)
        path = local_path(request.url.path)
        if session is None or standing is not Standing.HOLDS:
            self.stranger(request)
            raise SignInFirst(path)
        return self._visit(request, session, path, scopes)

    async def posted(self, request: Request, scopes: tuple[str, ...], read: Reading = read_form) -> Posted:
        """Raises what `visit` raises, and `Forbidden` for a form that does not come from a page of this session."""
        expect_own_page(request)
        session, standing = await self.checked(request)
        if session is None or standing is Standing.OVER:
            self.stranger(request)
            raise SignInFirst("/")
        form = await read(request)
        self.expect_of_session(form, session)
        if standing is Standing.IDLE:
            if form.typed:
                await self._drafts.keep(session.subject, form.page, form.typed)
            raise SignInFirst(form.page, kept=bool(form.typed))
        return Posted(self._visit(request, session, form.page, scopes), form)

    def stranger(self, request: Request) -> None:
        """Counts a request of somebody unknown. Raises `TooMany`."""
        self._access.stranger(request.client.host if request.client else "unknown")

    def expect_of_session(self, form: Form, session: Session) -> None:
        """Raises `Forbidden` for a form that a page of another session has shown."""
        if not self.sessions.is_csrf(session, form.csrf):
            raise Forbidden("this form is of another session: open the page again and send it from there")

    def _visit(self, request: Request, session: Session, path: str, scopes: tuple[str, ...]) -> Visit:
        known = person(session.subject, session.roles, session.team, self.roles)
        self._access.person(known.subject)
        structlog.contextvars.bind_contextvars(caller=known.subject)
        visit = Visit(known, self.sessions.refreshed(session), self.sessions.csrf(session), path, self._drafts)
        request.scope[CHECKED] = visit
        if scopes:
            known.expect(*scopes)
        return visit


TheVisitors = Annotated[Visitors, Depends(part(Visitors))]


def visiting(*scopes: str) -> Callable[..., Awaitable[Visit]]:
    """A dependency: the person who asks for a page, who must hold one of `scopes` if there are any."""

    async def check(request: Request, visitors: TheVisitors) -> Visit:
        return await visitors.visit(request, scopes)

    check.__dict__["scopes"] = scopes
    return check


def posting(*scopes: str) -> Callable[..., Awaitable[Posted]]:
    """A dependency: the form that a person has sent, who must hold one of `scopes` if there are any."""

    async def check(request: Request, visitors: TheVisitors) -> Posted:
        return await visitors.posted(request, scopes)

    check.__dict__["scopes"] = scopes
    return check
