"""The services' answers to their operators: which keys are in use, and whether their audit trails are whole."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx

from deploy.local.errors import StackError
from deploy.local.stack.access import key_of
from deploy.local.stack.home import Home
from deploy.local.stack.services import SERVICES
from deploy.local.stack.state import StackState

PATIENCE = 600.0  # seconds: to go through everything that a service keeps takes a while
SHORT = 5.0


def replicas(home: Home) -> dict[str, str]:
    """The address of every replica of every service, by its name."""
    state = StackState.read(home.state)
    return {name: url for name, url in state.urls.items() if name.split("-")[0] in SERVICES} if state.running else {}


async def ask(home: Home, url: str, path: str, patience: float = PATIENCE) -> Any:
    """Returns a service's answer to the operator. Raises `StackError`."""
    key = key_of(home, "operator")
    try:
        async with httpx.AsyncClient(timeout=patience) as client:
            answer = await client.get(f"{url}/v1/operations/{path}", headers={"Authorization": f"Bearer {key}"})
    except httpx.HTTPError as error:
        raise StackError(f"{url} does not answer: {type(error).__name__}") from error
    if not answer.is_success:
        raise StackError(f"{url} answers {answer.status_code}: {answer.json().get('title')}")
    return answer.json()


async def ask_all(home: Home, path: str, *, one_of_each: bool = False) -> Mapping[str, Any]:
    """Returns the answer of every replica, or of one of each service. Raises `StackError` unless all of them answer."""
    asked = {name: url for name, url in replicas(home).items() if not one_of_each or name in SERVICES}
    if missing := set(SERVICES) - set(asked):
        raise StackError(f"{', '.join(sorted(missing))} must be running: start the stack with `otm up`")
    answers = await asyncio.gather(*(ask(home, url, path) for url in asked.values()))
    return dict(zip(asked, answers, strict=True))


async def last_used(home: Home) -> Mapping[str, str]:
    """When each access key was last used, as far as the services that answer know."""
    latest: dict[str, str] = {}
    for url in replicas(home).values():
        try:
            answer = await ask(home, url, "access", SHORT)
        except StackError:
            continue
        for key, at in answer.items():
            latest[key] = max(at, latest.get(key, ""))
    return latest
