"""Notices of the running stack, or of the notifier and the key that the environment names."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from deploy.local.errors import StackError
from deploy.local.stack.access import key_of
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.state import StackState

ANSWER_WITHIN = 30.0  # seconds
PAGE = 200
CALLER = "operator"


def listed(wanted: Mapping[str, str], limit: int) -> list[dict[str, Any]]:
    """The newest first, at most so many."""
    with _notifier() as notifier:
        found: list[dict[str, Any]] = []
        for notices in _pages(notifier, wanted, limit):
            found += notices
        return found[:limit]


def shown(notice: str) -> dict[str, Any]:
    with _notifier() as notifier:
        found: dict[str, Any] = _good(notifier.get(f"/v1/notices/{notice}")).json()
        return found


def resend(notice: str) -> dict[str, Any]:
    """The notice, on its way again."""
    with _notifier() as notifier:
        sent: dict[str, Any] = _good(notifier.post(f"/v1/notices/{notice}/resend")).json()
        return sent


def calendar_link(team: str, rotate: bool) -> str:
    with _notifier() as notifier:
        path = f"/v1/calendars/{team}"
        answer = _good(notifier.post(f"{path}/rotation") if rotate else notifier.get(path)).json()
        return str(answer["url"])


def _pages(notifier: httpx.Client, wanted: Mapping[str, str], limit: int) -> Iterator[list[dict[str, Any]]]:
    asked: dict[str, str] = {**wanted, "limit": str(min(limit, PAGE))}
    for _ in range(-(-limit // PAGE)):
        page = _good(notifier.get("/v1/notices", params=asked)).json()
        yield page["notices"]
        if page["next"] is None:
            return
        asked["after"] = page["next"]


def _notifier() -> httpx.Client:
    home = Home(LocalSettings().home)
    url = os.environ.get("OTM_NOTIFIER_URL") or StackState.read(home.state).urls.get("notifier")
    if url is None:
        raise StackError("Nothing runs here: start it with `otm up`, or set OTM_NOTIFIER_URL and OTM_KEY")
    key = os.environ.get("OTM_KEY") or key_of(home, CALLER)
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=ANSWER_WITHIN)


def _good(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        raise StackError(f"Notifier answers {answer.status_code}: {problem.get('title', answer.text[:200])}")
    return answer
