"""Planner's campaigns, asked with the key of a caller of the running stack."""

from typing import Any, Self

from deploy.local.client import Client, RefusedError, endpoint
from deploy.local.errors import StackError

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

    def waiting(self) -> Any:
        return self._planner.get("/v1/waiting")

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
