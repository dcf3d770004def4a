"""Events that wait aside in the outboxes of the services: seen, and tried again, for an operator."""

from collections.abc import Mapping, Sequence
from typing import Any

from deploy.local.client import Client, endpoint


def retried(services: Sequence[str], subject: str) -> int:
    """Has the services try what waits aside. Returns how many rows that is. Raises `StackError`."""
    return sum(int(_client(name, subject).post("/v1/operations/outbox/retries")["rows"]) for name in services)


def aside(services: Sequence[str], subject: str) -> Mapping[str, list[dict[str, Any]]]:
    """Returns what waits aside, by service. Raises `StackError`."""
    return {name: list(_client(name, subject).get("/v1/operations/outbox")) for name in services}


def _client(service: str, subject: str) -> Client:
    return Client(endpoint(service, subject))
