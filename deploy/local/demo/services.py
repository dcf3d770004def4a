"""The four services as a caller with keys sees them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeVar

import httpx

from deploy.local.demo.signing import Signing
from deploy.local.errors import StackError
from deploy.local.stack.home import Home
from shared.network.trust import trust

T = TypeVar("T")
ANSWER_WITHIN = 60.0  # seconds
KEEP_TRYING = 90.0
LOOK_EVERY = 0.1
_AGAIN = (502, 503, 504)
SIGNER = "letter-issuer"


class UnexpectedAnswerError(StackError):
    """A service answered something that the demo cannot go on from."""


class ServiceClients:
    """Calls a service with the key of a caller, again while nobody answers: a good client sends an Idempotency-Key.

    `patience` is for one call with all its tries, in seconds.
    """

    def __init__(self, home: Home, urls: Mapping[str, str], patience: float = KEEP_TRYING) -> None:
        self._keys: dict[str, str] = json.loads(home.credentials.read_bytes())
        self._signing = {SIGNER: Signing(home, SIGNER)}
        self._urls = urls
        self._patience = patience
        self._http = httpx.AsyncClient(verify=trust(), timeout=min(patience, ANSWER_WITHIN))

    async def call(
        self,
        subject: str,
        method: str,
        service: str,
        path: str,
        *,
        body: Any = None,
        stream: Callable[[], AsyncIterator[bytes]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Any answer, also a refusal. `stream` is called again for every try."""
        headers = {"Authorization": f"Bearer {self._keys[subject]}", **(headers or {})}
        async with asyncio.timeout(self._patience):
            while True:
                content = stream() if stream else None
                try:
                    answer = await self._http.request(
                        method,
                        self._urls[service] + path,
                        json=body,
                        content=content,
                        headers=headers,
                        auth=self._signing.get(subject),
                    )
                except httpx.TransportError:
                    answer = None
                if answer is not None and answer.status_code not in _AGAIN:
                    return answer
                await asyncio.sleep(LOOK_EVERY)

    async def get(self, subject: str, service: str, path: str) -> Any:
        """The JSON of a good answer; raises `UnexpectedAnswerError` for any other."""
        return good(await self.call(subject, "GET", service, path)).json()

    async def notices(self) -> list[dict[str, Any]]:
        """Every notice there was, the newest first."""
        found: list[dict[str, Any]] = []
        page: dict[str, Any] = {"next": ""}
        while page["next"] is not None:
            after = f"&after={page['next']}" if page["next"] else ""
            page = await self.get("operator", "notifier", f"/v1/notices?limit=200{after}")
            found += page["notices"]
        return found

    async def close(self) -> None:
        await self._http.aclose()


def good(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        asked = f"{answer.request.method} {answer.request.url.path}"
        raise UnexpectedAnswerError(f"{asked}: {answer.status_code} {answer.text[:500]}")
    return answer


async def until(look: Callable[[], Awaitable[T]], enough: Callable[[T], bool], what: str, within: float = 30.0) -> T:
    """Looks again and again until it is enough; raises `UnexpectedAnswerError` naming `what` was waited for."""
    deadline = time.monotonic() + within
    while not enough(found := await look()):
        if time.monotonic() > deadline:
            raise UnexpectedAnswerError(f"waited {within:.0f} s for {what}; last seen: {found!r:.500}")
        await asyncio.sleep(LOOK_EVERY)
    return found
