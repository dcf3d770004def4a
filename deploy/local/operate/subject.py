"""A customer's request, put to both services that know customers, as one answer."""

import os
from collections.abc import Mapping
from typing import Any, Literal

import httpx

from deploy.local.errors import StackError
from deploy.local.stack.access import key_of
from deploy.local.stack.home import Home
from deploy.local.stack.state import StackState

ANSWER_WITHIN = 120.0  # seconds: dispatcher looks through all populations
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


def addresses(home: Home, subject: str) -> tuple[Mapping[str, str], str]:
    """Both services' URLs, and a key for them: the stack's own, or those that the environment names."""
    said = {name: os.environ.get(f"OTM_{name.upper()}_URL", "").rstrip("/") for name in PATHS}
    if all(said.values()):
        return said, os.environ.get("OTM_KEY", "")
    urls = StackState.read(home.state).urls
    if missing := [name for name in PATHS if name not in urls]:
        needed = " and ".join(f"OTM_{name.upper()}_URL" for name in PATHS)
        raise StackError(f"no {' and no '.join(missing)} runs in {home.folder}: otm up, or set {needed} and OTM_KEY")
    return {name: urls[name] for name in PATHS}, key_of(home, subject)


def ask(urls: Mapping[str, str], key: str, what: What, body: object) -> dict[str, Any]:
    """Returns each service's answer; None where it keeps nothing or has nothing to say.

    Both are asked, whatever the first one says. Raises `StackError` unless both have done it; to ask again is no harm.
    """
    answers: dict[str, Any] = {}
    failures = []
    with httpx.Client(timeout=ANSWER_WITHIN, headers={"Authorization": f"Bearer {key}"}) as client:
        for name, url in urls.items():
            try:
                answers[name] = _answer(client.post(f"{url}{PATHS[name][what]}", json=body))
            except (httpx.HTTPError, StackError) as error:
                reason = str(error) if isinstance(error, StackError) else f"cannot be reached: {type(error).__name__}"
                failures.append(f"{name} {reason}")
    if failures:
        done = f"; done by {' and '.join(answers)}" if answers else ""
        raise StackError(f"{'; '.join(failures)}{done}: put it right and give the same command again")
    return answers


def _answer(answer: httpx.Response) -> Any:
    if answer.status_code == NOTHING_KEPT:
        return None
    if answer.is_error:
        raise StackError(f"answers {answer.status_code}: {answer.json().get('title', '')}")
    return answer.json() if answer.content else None
