"""A visitor who follows every link of the site, and looks at each page that they come to."""

import re
from urllib.parse import urljoin, urlsplit

from tests.browser.validating import Validator
from tests.support.browsing import Browser, Page

LARGEST = 200_000  # bytes of a page with all that it loads, not compressed
ASSET = re.compile(r'(?:src|href)="(/assets/[^"]+)"')
OUTSIDE = re.compile(r'(?:src|href|action)="(?:https?:)?//(?!127\.0\.0\.1[:/])[^"]*"')
NOT_TRIED = ("/sign-out", "/session")
"""Forms that end the session, or are no page's own."""


class Visitor:
    """Somebody at the site without scripts. `pages` are what they came to, `wrong` is what is wrong with them."""

    def __init__(self, browser: Browser, url: str, role: str, checker: Validator) -> None:
        self._browser, self._url, self._role, self._checker = browser, url, role, checker
        self._sizes: dict[str, int] = {}
        self.pages: dict[str, Page] = {}
        self.wrong: list[str] = []

    async def look_around(self) -> None:
        first = await self._browser.sign_in(self._role)
        waiting = [first.path]
        while waiting:
            path = waiting.pop(0)
            if path not in self.pages:
                await self._look(path)
                waiting += self._links(self.pages[path])

    async def look_below(self, first: str) -> None:
        """Follows the links to what is at an address or below it, without signing in."""
        waiting = [first]
        while waiting:
            path = waiting.pop(0)
            if path not in self.pages:
                await self._look(path)
                waiting += [each for each in self._links(self.pages[path]) if each.startswith(first)]

    async def _look(self, path: str) -> None:
        page = self.pages[path] = await self._browser.get(path)
        if page.status != 200:
            self.wrong.append(f"{self._role}: {path} is dead ({page.status})")
        await self.check(page)

    async def send_all_forms_empty(self) -> None:
        """Sends each form once, with nothing typed and nothing chosen, to see what people are told then."""
        sent = set[str]()
        for page in list(self.pages.values()):
            for form in page.forms():
                action = re.sub(r"\d+", "0", urlsplit(urljoin(page.path, form.action)).path)
                if action in sent or not form.action.startswith("/") or form.action.startswith(NOT_TRIED):
                    continue
                sent.add(action)
                empty = {name: "" for name, _ in form.fields if not name.startswith("_") and name != "version"}
                answer = await self._browser.send(page, form.action, **empty)
                if answer.status >= 500:
                    self.wrong.append(f"{self._role}: {form.action} is answered with {answer.status}")
                await self.check(answer)

    async def check(self, page: Page) -> None:
        if not page.answer.headers.get("content-type", "").startswith("text/html"):
            return
        where = f"{self._role}: {page.path}"
        self.wrong += [f"{where}: {each}" for each in await self._checker.wrong(page.answer.text)]
        if "unsafe" in page.answer.headers["content-security-policy"]:
            self.wrong.append(f"{where} allows what stands in it")
        if outside := OUTSIDE.search(page.answer.text):
            self.wrong.append(f"{where} leads outside: {outside[0]}")
        weight = len(page.answer.content) + sum(
            [await self._size(each) for each in set(ASSET.findall(page.answer.text))]
        )
        if weight > LARGEST:
            self.wrong.append(f"{where} has {weight:,} bytes")

    def _links(self, page: Page) -> list[str]:
        found = (urlsplit(urljoin(self._url + page.path, link)) for link in page.links)
        return [
            f"{each.path}?{each.query}" if each.query else each.path
            for each in found
            if f"{each.scheme}://{each.netloc}" == self._url
        ]

    async def _size(self, asset: str) -> int:
        if asset not in self._sizes:
            self._sizes[asset] = len((await self._browser.get(asset)).answer.content)
        return self._sizes[asset]
