"""A customer's request, put to both services that know customers, as one answer."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from deploy.local.client import Client, Endpoint, RefusedError, UnreachableError, endpoint
from deploy.local.errors import StackError

LOOK_THROUGH_SECONDS = 120.0
"""Dispatcher looks through all populations."""
What = Literal["export", "restrict", "lift", "erase"]
PATHS: Mapping[str, Mapping[What, str]] = {
    "intake": {
        "export": "/v1/privacy/exports",
        "restrict": "/v1/privacy/restrictions",
        "lift": "/v1/privacy/restrictions/lift",
        "erase": "/v1/privacy/erasures",
    },
    "dispatcher": {what: f"/v1/subjects/{what}" for what in ("export", "restrict", "lift", "erase")},
}
NOTHING_KEPT = 404


def addresses(caller: str) -> list[Endpoint]:
    """Returns both services, each with a key for it."""
    return [endpoint(name, caller) for name in PATHS]


def ask(services: Sequence[Endpoint], what: What, body: object) -> dict[str, Any]:
    """Returns each service's answer; None where it keeps nothing or has nothing to say.

    Both are asked, whatever the first one says. Raises `StackError` unless both have done it; to ask again is no harm.
    """
    answers: dict[str, Any] = {}
    failures = []
    for service in services:
        try:
            answers[service.service] = _answer(service, what, body)
        except RefusedError as refused:
            failures.append(f"{service.service} answers {refused.status}: {refused.title}")
        except UnreachableError as error:
            failures.append(f"{service.service} cannot be reached: {error.reason}")
    if failures:
        done = f"; done by {' and '.join(answers)}" if answers else ""
        raise StackError(f"{'; '.join(failures)}{done}: put it right and give the same command again")
    return answers


def _answer(service: Endpoint, what: What, body: object) -> Any:
    with Client(service, LOOK_THROUGH_SECONDS) as client:
        try:
            answer = client.send("POST", PATHS[service.service][what], body=body)
        except RefusedError as refused:
            if refused.status == NOTHING_KEPT:
                return None
            raise
    return answer.json() if answer.content else None
