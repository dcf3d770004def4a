"""Errors as pages: a browser is shown in words what a program is told in problem details."""

from collections.abc import Sequence
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.problems import store_answer_of
from shared.web.site.look import Look
from shared.web.site.visitors import CHECKED, Visitors
from shared.wording import sentence

MEDIA_TYPE = b"application/problem+json"
TITLES = {
    400: "This request cannot be read",
    401: "You are not signed in",
    403: "You cannot do this",
    404: "Page not found",
    405: "Page not found",
    409: "This cannot be done now",
    412: "Somebody changed this first",
    413: "This is too large",
    422: "There is a problem with what was sent",
    429: "Too many requests",
    503: "This is not available right now",
}
OURS = "Sorry, something went wrong"
ADVICE = {
    403: "If your work needs this, ask whoever looks after roles.",
    404: "Check the address. If you followed a link, what it led to may have changed.",
    409: "Go back and look at it again: it may have changed since you opened it.",
    429: "Wait a moment, then try again.",
    503: "Nothing that was saved is lost. Wait a minute, then try again.",
}
FIRST_FAULT_OF_OURS = 500


class ErrorPages:
    """Turns problem details into a page for callers who prefer HTML; for everybody else they stay as they are."""

    def __init__(self, app: ASGIApp, look: Look, visitors: Visitors) -> None:
        self._app = app
        self._look = look
        self._visitors = visitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _prefers_html(Headers(scope=scope).get("accept", "")):
            return await self._app(scope, receive, send)
        held = _Held(scope, receive, send, self._page)
        try:
            await self._app(scope, receive, held.send)
        except Exception as error:  # one that no handler knows would be answered outside of here
            if held.begun:
                raise
            await store_answer_of(error, {})(scope, receive, held.send)
        return None

    async def _page(self, scope: Scope, status: int, problem: Any, also: Sequence[tuple[bytes, bytes]]) -> ASGIApp:
        said = problem.get("title", "") if status < FIRST_FAULT_OF_OURS else ""
        values = {
            "title": TITLES.get(status, OURS),
            "said": sentence(said),
            "advice": ADVICE.get(status, ""),
        }
        visit = scope.get(CHECKED)
        if visit is not None:
            response = self._look.page("site/error.html", visit, status, **values)
        else:
            session, _ = self._visitors.session(Request(scope))
            response = self._look.public("site/error.html", session.language if session else "en", status, **values)
        response.raw_headers.extend(also)
        return response


class _Held:
    """An answer that is held back while it may be a problem; anything else goes on as it comes."""

    KEPT = (b"retry-after", b"x-correlation-id", b"connection")

    def __init__(self, scope: Scope, receive: Receive, send: Send, page: Any) -> None:
        self._scope, self._receive, self._send, self._page = scope, receive, send, page
        self._start: Message | None = None
        self._body = b""
        self.begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_problem(message):
            self._start = message
        elif self._start is None:
            self.begun = True
            await self._send(message)
        else:
            self.begun = True
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._answer(self._start)

    async def _answer(self, start: Message) -> None:
        also = [(name, value) for name, value in start["headers"] if name.lower() in self.KEPT]
        page = await self._page(self._scope, start["status"], orjson.loads(self._body), also)
        await page(self._scope, self._receive, self._send)


def _is_problem(start: Message) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(MEDIA_TYPE) for name, value in start["headers"])


def _prefers_html(accept: str) -> bool:
    """Returns whether HTML is asked for by name, before JSON: browsers do, programs that take anything do not."""
    kinds = [each.partition(";")[0].strip().lower() for each in accept.split(",")]
    if "text/html" not in kinds:
        return False
    json = [place for place, kind in enumerate(kinds) if kind.endswith("json")]
    return not json or kinds.index("text/html") < json[0]
