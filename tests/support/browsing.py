"""A browser without scripts: pages over HTTP with their cookies and forms, as a person meets them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin

import httpx

from shared.running.service import Service

HERE = "http://127.0.0.1:8000"
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Sendable:
    """A form of a page: where it goes to, and what it would send without anything being typed."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def names(self) -> set[str]:
        return {name for name, _ in self.fields}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Sendable] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.words: list[str] = []
        self.headings: list[str] = []
        self._area: tuple[str, list[str]] | None = None
        self._select: str | None = None
        self._heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            assert given["id"] not in self.ids, f"two elements have the id {given['id']}"
            self.ids.add(given["id"])
        self._heading = self._heading or tag == "h1"
        if tag == "form":
            self.forms.append(Sendable(given.get("action", "")))
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif self.forms:
            self._of_form(tag, given, self.forms[-1])

    def _of_form(self, tag: str, given: dict[str, str], form: Sendable) -> None:
        name = given.get("name", "")
        if tag == "input" and name and ("checked" in given or given.get("type") not in ("radio", "checkbox")):
            form.fields.append((name, given.get("value", "")))
        elif tag == "button" and name:
            form.buttons.append((name, given.get("value", "")))
        elif tag == "textarea":
            self._area = (name, [])
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            form.fields.append((self._select, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.forms[-1].fields.append((self._area[0], "".join(self._area[1])))
            self._area = None
        if tag == "select":
            self._select = None
        if tag == "h1":
            self._heading = False

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area[1].append(data)
        if data.strip():
            self.words.append(" ".join(data.split()))
        if self._heading and data.strip():
            self.headings.append(" ".join(data.split()))


class Page:
    """A page as it was answered."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.path = answer.request.url.raw_path.decode()
        self._read = _Reader()
        self._read.feed(answer.text)

    @property
    def words(self) -> str:
        return " ".join(self._read.words)

    @property
    def heading(self) -> str:
        return " ".join(self._read.headings)

    @property
    def links(self) -> list[str]:
        return self._read.links

    @property
    def ids(self) -> set[str]:
        return self._read.ids

    def form(self, action: str) -> Sendable:
        """Returns the form that goes to an address, or to one that begins so."""
        found = [form for form in self._read.forms if form.action.startswith(action)]
        assert found, f"no form goes to {action} on {self.path}: {self.words[:400]}"
        return found[0]

    def forms(self) -> Iterator[Sendable]:
        yield from self._read.forms


class Browser:
    """A person at a service in this process, or anywhere. Cookies are kept, redirects followed."""

    def __init__(self, service: Service | None = None, url: str = HERE) -> None:
        transport = httpx.ASGITransport(service.api, raise_app_exceptions=False) if service else None
        self._client = httpx.AsyncClient(
            transport=transport, base_url=url, headers={"Accept": ACCEPT}, follow_redirects=True, timeout=30
        )

    async def __aenter__(self) -> "Browser":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    @property
    def cookies(self) -> httpx.Cookies:
        return self._client.cookies

    async def get(self, path: str, **headers: str) -> Page:
        return Page(await self._client.get(path, headers=headers))

    async def post(self, path: str, fields: list[tuple[str, str]], **headers: str) -> Page:
        return Page(await self._client.post(path, content=urlencode(fields), headers=FORM | headers))

    async def send(self, page: Page, action: str, headers: Any = None, **typed: Any) -> Page:
        """Sends a form of the page with what is typed in place of what stands there. Values may be lists."""
        form = page.form(action)
        fields = [(name, value) for name, value in form.fields if name not in typed]
        for name, value in typed.items():
            fields += [(name, each) for each in (value if isinstance(value, list) else [value])]
        return await self.post(urljoin(str(page.answer.request.url), form.action), fields, **(headers or {}))

    async def sign_in(self, role: str, to: str = "/") -> Page:
        return await self.send(await self.get(f"/sign-in?to={to}"), "/sign-in/persona", role=role)
