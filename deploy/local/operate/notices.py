"""Notices of the running stack, or of the notifier and the key that the environment names."""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.local.client import Client, endpoint

PAGE = 200
CALLER = "operator"


def listed(wanted: Mapping[str, str], limit: int) -> list[dict[str, Any]]:
    """Returns the newest first, at most so many."""
    with _notifier() as notifier:
        found: list[dict[str, Any]] = []
        for notices in _pages(notifier, wanted, limit):
            found += notices
        return found[:limit]


def awaited(campaign: str | None = None) -> list[dict[str, Any]]:
    """Returns the answers that teams owe, the longest first."""
    with _notifier() as notifier:
        return list(notifier.get("/v1/waiting", params={"campaign": campaign} if campaign else {}))


def shown(notice: str) -> dict[str, Any]:
    with _notifier() as notifier:
        return dict(notifier.get(f"/v1/notices/{notice}"))


def resend(notice: str) -> dict[str, Any]:
    """Returns the notice, on its way again."""
    with _notifier() as notifier:
        return dict(notifier.post(f"/v1/notices/{notice}/resend"))


def calendar_link(team: str, rotate: bool) -> str:
    with _notifier() as notifier:
        path = f"/v1/calendars/{team}"
        answer = notifier.post(f"{path}/rotation") if rotate else notifier.get(path)
        return str(answer["url"])


def _pages(notifier: Client, wanted: Mapping[str, str], limit: int) -> Iterator[list[dict[str, Any]]]:
    asked: dict[str, str] = {**wanted, "limit": str(min(limit, PAGE))}
    for _ in range(-(-limit // PAGE)):
        page = notifier.get("/v1/notices", params=asked)
        yield page["notices"]
        if page["next"] is None:
            return
        asked["after"] = page["next"]


def _notifier() -> Client:
    return Client(endpoint("notifier", CALLER))
