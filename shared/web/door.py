"""The door of a service: who somebody is comes before what they sent.

A caller who has to be known is recognised by the headers alone, so that nobody makes us read or judge a body, a query
or anything else by sending it without a key.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import AnotherMedia, Malformed, OtmError, TooSlow
from shared.web.bodies.media_types import media_type_of
from shared.web.callers.access import CALLER, Access, known, secret_of
from shared.web.problems import answer_of, store_answer_of
from shared.web.tracing import ROUTE

BODY_IDLE_SECONDS = 60.0
"""A body of which nothing comes for so long is given up."""
BODY_SECONDS = 120.0
"""For the whole of a body that is no stream: those are at most a megabyte."""
CLOSE = {"Connection": "close"}
ONCE = (b"authorization", b"content-type", b"idempotency-key", b"if-match", b"otm-signature")
"""Headers that say one thing."""


class Door:
    """`streams`: endings of paths whose bodies may take as long as they keep coming."""

    def __init__(self, app: ASGIApp, api: FastAPI, access: Access, streams: Mapping[str, int]) -> None:
        self._app = app
        self._api = api
        self._access = access
        self._streams = tuple(streams)
        self._operations: list[_Operation] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        try:
            operation = self._operation(scope)
            _expect_said_once(scope)
            if operation is not None:
                await self._recognise(scope, operation)
                _expect_plain(scope, operation.takes_files)
        except OtmError as error:
            # what was sent with it is not read, so the connection cannot be used again
            return await answer_of(error, CLOSE if _has_body(scope) else {})(scope, receive, send)
        except Exception as error:
            return await store_answer_of(error, CLOSE)(scope, receive, send)
        patient = _Patient(scope, receive, send, self._is_stream(scope))
        return await self._app(scope, patient.receive, patient.send)

    async def _recognise(self, scope: Scope, operation: "_Operation") -> None:
        if not operation.closed:
            return
        client = scope.get("client")
        scope[CALLER] = await self._access.caller(secret_of(scope), client[0] if client else "unknown")

    def _operation(self, scope: Scope) -> "_Operation | None":
        """Returns the operation that is asked for, and notes the route, also for a method that is not taken there."""
        if self._operations is None:
            self._operations = list(_operations(self._api))
        for operation in self._operations:
            if operation.pattern.match(scope["path"]):
                scope[ROUTE] = operation.path
                if scope["method"] in operation.methods:
                    return operation
        return None

    def _is_stream(self, scope: Scope) -> bool:
        return scope["path"].endswith(self._streams) if self._streams else False


@dataclass(frozen=True, slots=True)
class _Operation:
    """An operation of the service; `closed` where one of its dependencies asks who is calling, `takes_files` where one
    reads a form of a page with a file in it.
    """

    path: str
    pattern: re.Pattern[str]
    methods: frozenset[str]
    closed: bool
    takes_files: bool


def _operations(api: FastAPI) -> Iterator[_Operation]:
    """In the order in which the application looks for them, those of included routers too."""
    for route in iter_route_contexts(api.routes):
        dependant: Any = getattr(route, "dependant", None)
        if dependant is not None:
            methods = frozenset(route.methods or ())
            calls = list(_calls(dependant))
            files = any(getattr(call, "takes_files", False) for call in calls)
            yield _Operation(str(route.path), route.path_regex, methods, known in calls, files)


class _Patient:
    """A request's body, waited for within limits. Raises `TooSlow`, and makes that the answer.

    FastAPI takes any error in reading a body for one in what the body says.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, stream: bool) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._more = True
        self._begun = self._answered = False
        self._slow: TooSlow | None = None
        loop = asyncio.get_running_loop()
        self._until = float("inf") if stream else loop.time() + BODY_SECONDS
        self._now = loop.time

    async def receive(self) -> Message:
        if not self._more:  # there is nothing to come but the end of the connection
            return await self._receive()
        try:
            async with asyncio.timeout(min(BODY_IDLE_SECONDS, self._until - self._now())):
                message = await self._receive()
        except TimeoutError:
            self._slow = TooSlow("the request did not come in time: send it again, faster")
            raise self._slow from None
        self._more = message["type"] == "http.request" and message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if self._slow is None or self._begun:
            self._begun = True
            await self._send(message)
        elif not self._answered:
            self._answered = True
            await answer_of(self._slow, CLOSE)(self._scope, self._receive, self._send)


def _expect_said_once(scope: Scope) -> None:
    """Refuses a header that is there twice: one would win, and nobody would know which.

    RFC 9112, 6.1: with both lengths it may be two requests in one, of which a proxy before us sees another number.
    """
    names = [name for name, _ in scope["headers"]]
    if twice := next((name for name in ONCE if names.count(name) > 1), None):
        raise Malformed(f"send {twice.decode().title()} once")
    if b"transfer-encoding" in names and b"content-length" in names:
        raise Malformed("send either Content-Length or Transfer-Encoding, not both")


def _expect_plain(scope: Scope, takes_files: bool) -> None:
    """No operation takes a body that is compressed, or, but for pages that ask for a file, a form with files in it,
    whatever its content would be.
    """
    headers = Headers(scope=scope)
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise AnotherMedia("send the body as it is, without a Content-Encoding")
    if media_type_of(headers).startswith("multipart/") and not takes_files:
        raise AnotherMedia("send application/json, or the file itself as the body: no form")


def _has_body(scope: Scope) -> bool:
    headers: dict[bytes, Any] = dict(scope["headers"])
    return b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"


def _calls(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from _calls(each)
