"""Planner's campaigns, asked with the key of a caller of the running stack."""

from pathlib import Path
from typing import Any, Self

import yaml

from deploy.local.client import Client, RefusedError, endpoint
from deploy.local.errors import StackError
from shared.reading.bounded_yaml import BeyondBounds, bounded

TOO_OLD, TRIES = 412, 5


class Desk:
    """Acts with the key of one caller; raises `RefusedError` when planner refuses, `StackError` when nothing runs."""

    def __init__(self, caller: str) -> None:
        self._planner = Client(endpoint("planner", caller))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._planner.__exit__(*raised)

    def read(self, path: str = "") -> Any:
        return self._planner.get(f"/v1/campaigns{path}")

    def channels(self) -> Any:
        return self._planner.get("/v1/channels")

    def create(self, path: str, body: Any) -> Any:
        return self._planner.post(f"/v1/campaigns{path}", body)

    def act(self, method: str, campaign: str, path: str, body: Any = None, seen: int | None = None) -> Any:
        """Acts on the version `seen`; without one, on the version that is there."""
        for _ in range(TRIES):
            version = seen or self.read(f"/{campaign}")["version"]
            headers = {"If-Match": f'"{version}"'}
            try:
                return self._planner.send(method, f"/v1/campaigns/{campaign}{path}", body=body, headers=headers).json()
            except RefusedError as refused:
                if seen or refused.status != TOO_OLD:
                    raise
        raise StackError(f"{campaign} is being changed by others all the time: try again")


def document(file: Path) -> Any:
    """Reads a YAML or JSON file; dates stay as they are written. Raises `StackError` if it is neither."""
    try:
        return yaml.load(bounded(file.read_text()), Loader=_Plain)  # noqa: S506 (a SafeLoader, below)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        what = error.problem if isinstance(error, BeyondBounds) else "this is neither YAML nor JSON"
        raise StackError(f"{file}{f', line {where.line + 1}' if where else ''}: {what}") from None


class _Plain(yaml.SafeLoader):
    """Without dates: they go to planner as text."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
