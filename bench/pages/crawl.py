"""The site as each persona meets it: every page that a link leads to, once for each kind of address."""

import html
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts

from shared.web.site.navigation import PLACES

LINK = re.compile(r'<a [^>]*href="(/[^"]*)"')
ASSET = re.compile(r'(?:src|href)="(/assets/[^"]+)"')
FIRST = "planner"
NOTIFIERS = "/v1/"
NOT_LOOKED_AT = ("/assets/", "/sign-out")
DESCRIPTIONS = (
    (re.compile("/docs/values/[^/]+"), "/docs/values/{value}"),
    (re.compile("/docs/events/[^/]+"), "/docs/events/{event}"),
    (re.compile("/docs/(?!events$)[^/]+"), "/docs/{subject}"),
)
"""Pages that describe a service, which each serves at its own address."""


@dataclass(frozen=True)
class Page:
    """A page as it came. `kind` is its address with what is only a name in it taken out; `weight` is in bytes, with all
    that it loads, not compressed. A `file`, such as the description of an API, is saved or read by a program."""

    role: str
    service: str
    path: str
    kind: str
    weight: int
    file: bool


@dataclass
class Addresses:
    """The pages of all services: where each is served, and which addresses are of one kind. `states` are those of
    campaigns, by their reference."""

    urls: Mapping[str, str]
    routers: Mapping[str, APIRouter]
    states: Mapping[str, str] = field(default_factory=dict)

    def service(self, path: str) -> str:
        """Returns the service that serves a page, as the proxy of the one site does."""
        if path.startswith(NOTIFIERS):
            return "notifier"
        return next((each.service for each in PLACES if re.match(f"{each.path}(/|$|\\?)", path)), FIRST)

    def kind(self, path: str) -> str:
        """Returns the route, with the state of the campaign and the names of what is asked."""
        parts = urlsplit(path)
        route = self._route(self.service(path), parts.path) or parts.path
        state = next((state for name, state in self.states.items() if f"/{name}" in parts.path), "")
        asked = "&".join(sorted(parse_qs(parts.query, keep_blank_values=True)))
        return f"{route}{f' {state}' if state else ''}{f' ?{asked}' if asked else ''}"

    def _route(self, service: str, path: str) -> str:
        own = (str(route.path) for route in self._pages(service) if route.path_regex.match(path))
        described = (kind for pattern, kind in DESCRIPTIONS if pattern.fullmatch(path))
        return next(itertools.chain(own, described), "")

    def _pages(self, service: str) -> Iterator[Any]:
        for route in iter_route_contexts(self.routers[service].routes):
            if "GET" in (route.methods or ()) and not route.include_in_schema:
                yield route

    def not_among(self, kinds: Sequence[str]) -> list[str]:
        """Returns the routes of pages that no address of these kinds is of."""
        known = {str(route.path) for service in self.routers for route in self._pages(service)}
        return sorted(known - {kind.partition(" ")[0] for kind in kinds})


class Walker:
    """Somebody who follows every link: of the one site, or of one service alone. Kinds of pages that are `known` from
    others they pass over, but for those that they begin at."""

    def __init__(
        self, addresses: Addresses, client: httpx.AsyncClient, role: str, known: set[str], service: str = ""
    ) -> None:
        self._addresses, self._client, self._role, self._service = addresses, client, role, service
        self._known = known
        self._sizes: dict[str, int] = {}
        self.pages: dict[str, Page] = {}
        self.dead: list[str] = []

    async def sign_in(self) -> None:
        url = self._addresses.urls[FIRST]
        entered = await self._client.post(f"{url}/sign-in/persona", data={"role": self._role, "to": "/"})
        assert entered.status_code == httpx.codes.SEE_OTHER, entered.text

    async def walk(self, begin: Sequence[str]) -> None:
        waiting = list(begin)
        while waiting:
            path = waiting.pop(0)
            kind = self._addresses.kind(path)
            passed_over = kind in self._known and path not in begin
            if kind not in self.pages and not passed_over and not path.startswith(NOT_LOOKED_AT):
                self._known.add(kind)
                waiting += await self._look(path, kind)

    async def get(self, path: str) -> httpx.Response:
        return await self._client.get(self._addresses.urls[self._serving(path)] + path)

    def _serving(self, path: str) -> str:
        return self._service or self._addresses.service(path)

    async def _look(self, path: str, kind: str) -> list[str]:
        """Returns where the page leads to. One that leads on at once is no page of its own."""
        answer = await self.get(path)
        if answer.is_redirect:
            return [answer.headers["location"]]
        if answer.status_code != httpx.codes.OK:
            self.dead.append(f"{self._role}: {path} ({answer.status_code})")
            return []
        assets = set(ASSET.findall(answer.text))
        weight = len(answer.content) + sum([await self._size(each) for each in assets])
        file = not answer.headers["content-type"].startswith("text/html")
        self.pages[kind] = Page(self._role, self._serving(path), path, kind, weight, file)
        return [html.unescape(link).partition("#")[0] for link in LINK.findall(answer.text)]

    async def _size(self, asset: str) -> int:
        if asset not in self._sizes:
            self._sizes[asset] = len((await self._client.get(self._addresses.urls[FIRST] + asset)).content)
        return self._sizes[asset]
