"""HTTP client of the commands: addresses, keys, time-outs, retries and the text of errors in one place."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from deploy.local.errors import StackError
from deploy.local.stack.access import key_of
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.state import StackState
from shared.network.trust import trust

ANSWER_SECONDS = 30.0
TRIES, PAUSE_SECONDS = 3, 0.5
"""A question that nobody answers is asked again; anything else is sent once."""
AWAY = (502, 503, 504)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class UnreachableError(StackError):
    """Nobody answers at a service's address."""

    def __init__(self, service: str, reason: str) -> None:
        self.reason = reason
        super().__init__(f"{service} does not answer: {reason}")


class RefusedError(StackError):
    """A service's answer was no. The text has its title, and each field with the rule that it breaks."""

    def __init__(self, service: str, answer: httpx.Response) -> None:
        problem = _problem(answer)
        self.status = answer.status_code
        self.title = str(problem.get("title") or "no reason is given")
        self.problems: list[dict[str, str]] = list(problem.get("problems", ()))
        lines = [f"  {p['field']}: {p['message']} [{p['rule']}]" for p in self.problems]
        head = f"{service} answers {self.status}" if answer.is_server_error else f"Refused ({self.status})"
        super().__init__("\n".join([f"{head}: {self.title}", *lines]))


@dataclass(frozen=True)
class Endpoint:
    """The address of a service, without a slash at the end, and a key for it."""

    service: str
    url: str
    key: str


def endpoint(service: str, caller: str, home: Home | None = None) -> Endpoint:
    """Returns what OTM_<SERVICE>_URL and OTM_KEY name, or the running stack's service and its key for `caller`."""
    home = home or Home(LocalSettings().home)
    variable = f"OTM_{service.upper()}_URL"
    if url := os.environ.get(variable):
        return Endpoint(service, url.rstrip("/"), os.environ.get("OTM_KEY", ""))
    found = StackState.read(home.state).urls.get(service)
    if found is None or not home.credentials.exists():
        raise StackError(f"No {service} runs in {home.folder}: start it with `otm up`, or set {variable} and OTM_KEY")
    return Endpoint(service, found, key_of(home, caller))


class Client:
    """Speaks to one service. Raises `RefusedError` where it says no, and `UnreachableError` where nobody answers."""

    def __init__(self, to: Endpoint, seconds: float = ANSWER_SECONDS, tries: int = TRIES) -> None:
        self._service, self._tries = to.service, tries
        self._http = httpx.Client(
            verify=trust(),
            base_url=to.url,
            headers={"Authorization": f"Bearer {to.key}"},
            timeout=seconds,
            trust_env=urlsplit(to.url).hostname not in LOOPBACK,  # a proxy is not for this machine's own services
        )

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        return self.send("GET", path, params=params).json()

    def post(self, path: str, body: Any = None) -> Any:
        return self.send("POST", path, body=body).json()

    def send(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        content: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Returns a good answer."""
        for _ in range(self._tries - 1 if method == "GET" else 0):
            try:
                return self._once(method, path, json=body, content=content, headers=headers, params=params)
            except UnreachableError:
                time.sleep(PAUSE_SECONDS)
            except RefusedError as refused:
                if refused.status not in AWAY:
                    raise
                time.sleep(PAUSE_SECONDS)
        return self._once(method, path, json=body, content=content, headers=headers, params=params)

    @contextmanager
    def stream(self, path: str) -> Iterator[httpx.Response]:
        """Asks with GET; the answer, a good one, is read by the caller piece by piece."""
        with self._reaching(), self._http.stream("GET", path) as answer:
            if answer.is_error:
                answer.read()
                raise RefusedError(self._service, answer)
            yield answer

    def _once(self, method: str, path: str, **asked: Any) -> httpx.Response:
        with self._reaching():
            answer = self._http.request(method, path, **asked)
        if answer.is_error:
            raise RefusedError(self._service, answer)
        return answer

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except httpx.HTTPError as error:
            raise UnreachableError(self._service, type(error).__name__) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
