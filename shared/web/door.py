"""The door of a service: who somebody is comes before what they sent.

A caller who has to be known is recognised by the headers alone, so that nobody makes us read or judge a body, a query
or anything else by sending it without a key.
"""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import Malformed, OtmError, TooSlow
from shared.web.access import CALLER, Access, known, secret_of
from shared.web.problems import answer_of, store_answer_of

BODY_IDLE_SECONDS = 60.0
"""A body of which nothing comes for so long is given up."""
BODY_SECONDS = 120.0
"""For the whole of a body that is no stream: those are at most a megabyte."""
CLOSE = {"Connection": "close"}


class Door:
    """`streams`: endings of paths whose bodies may take as long as they keep coming."""

    def __init__(self, app: ASGIApp, api: FastAPI, access: Access, streams: Mapping[str, int]) -> None:
        self._app = app
        self._api = api
        self._access = access
        self._streams = tuple(streams)
        self._closed: dict[int, bool] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        try:
            _expect_one_length(scope)
            await self._recognise(scope)
        except OtmError as error:
            # what was sent with it is not read, so the connection cannot be used again
            return await answer_of(error, CLOSE if _has_body(scope) else {})(scope, receive, send)
        except Exception as error:
            return await store_answer_of(error, CLOSE)(scope, receive, send)
        return await self._app(scope, _Patient(receive, self._is_stream(scope)).receive, send)

    async def _recognise(self, scope: Scope) -> None:
        route = self._route(scope)
        if route is None or not self._is_closed(route):
            return
        scope["route"] = route  # for the log and the metrics of those who are turned away
        client = scope.get("client")
        scope[CALLER] = await self._access.caller(secret_of(scope), client[0] if client else "unknown")

    def _route(self, scope: Scope) -> APIRoute | None:
        for route in self._api.routes:
            if isinstance(route, APIRoute) and route.matches(scope)[0] is Match.FULL:
                return route
        return None

    def _is_closed(self, route: APIRoute) -> bool:
        """Whether one of its dependencies asks who is calling."""
        if id(route) not in self._closed:
            self._closed[id(route)] = known in _calls(route.dependant)
        return self._closed[id(route)]

    def _is_stream(self, scope: Scope) -> bool:
        return scope["path"].endswith(self._streams) if self._streams else False


class _Patient:
    """A request's body, waited for within limits. Raises `TooSlow`."""

    def __init__(self, receive: Receive, stream: bool) -> None:
        self._receive = receive
        self._more = True
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
            raise TooSlow("the request did not come in time: send it again, faster") from None
        self._more = message["type"] == "http.request" and message.get("more_body", False)
        return message


def _expect_one_length(scope: Scope) -> None:
    """RFC 9112, 6.1: with both it may be two requests in one, of which a proxy before us sees another number."""
    names = [name for name, _ in scope["headers"]]
    if b"transfer-encoding" in names and b"content-length" in names:
        raise Malformed("send either Content-Length or Transfer-Encoding, not both")


def _has_body(scope: Scope) -> bool:
    headers: dict[bytes, Any] = dict(scope["headers"])
    return b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"


def _calls(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from _calls(each)
