"""Planner's campaigns as somebody with a key of the running stack sees them."""

from pathlib import Path
from typing import Any, Self

import httpx
import yaml

from deploy.local.errors import StackError
from deploy.local.stack.access import key_of
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.state import StackState

ANSWER_WITHIN = 30.0  # seconds
TOO_OLD, TRIES = 412, 5


class RefusedError(StackError):
    """A service's answer was no: what it says, and each field with the rule that it breaks."""

    def __init__(self, answer: httpx.Response) -> None:
        problem: dict[str, Any] = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        lines = [f"  {p['field']}: {p['message']} [{p['rule']}]" for p in problem.get("problems", ())]
        self.status = answer.status_code
        title = problem.get("title", f"the service answered {answer.status_code}")
        super().__init__("\n".join([f"Refused ({answer.status_code}): {title}", *lines]))


class Desk:
    """Acts with the key of one caller; raises `RefusedError` when planner refuses, `StackError` when nothing runs."""

    def __init__(self, caller: str) -> None:
        home = Home(LocalSettings().home)
        url = StackState.read(home.state).urls.get("planner")
        if url is None or not home.credentials.exists():
            raise StackError("Nothing runs here: start it with `otm up`")
        headers = {"Authorization": f"Bearer {key_of(home, caller)}"}
        self._url = f"{url}/v1/campaigns"
        self._http = httpx.Client(headers=headers, timeout=ANSWER_WITHIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def read(self, path: str = "") -> Any:
        return self._ask("GET", path)

    def create(self, path: str, body: Any) -> Any:
        return self._ask("POST", path, body)

    def act(self, method: str, campaign: str, path: str, body: Any = None, seen: int | None = None) -> Any:
        """On the version `seen`; without one, on the version that is there."""
        for _ in range(TRIES):
            version = seen or self.read(f"/{campaign}")["version"]
            try:
                return self._ask(method, f"/{campaign}{path}", body, {"If-Match": f'"{version}"'})
            except RefusedError as refused:
                if seen or refused.status != TOO_OLD:
                    raise
        raise StackError(f"{campaign} is being changed by others all the time: try again")

    def _ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        try:
            answer = self._http.request(method, self._url + path, json=body, headers=headers)
        except httpx.TransportError as error:
            raise StackError(f"planner cannot be reached: {type(error).__name__}") from None
        if answer.is_error:
            raise RefusedError(answer)
        return answer.json()


def document(file: Path) -> Any:
    """Reads a YAML or JSON file; dates stay as they are written. Raises `StackError` if it is neither."""
    try:
        return yaml.load(file.read_text(), Loader=_Plain)  # noqa: S506 (a SafeLoader, below)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        raise StackError(f"{file}{f', line {where.line + 1}' if where else ''} is neither YAML nor JSON") from None


class _Plain(yaml.SafeLoader):
    """Without dates: they go to planner as text."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
