"""The services' answers to their operators: which keys are in use, and whether their audit trails are whole."""

import asyncio
from collections.abc import Mapping
from typing import Any

from deploy.local.client import Client, Endpoint
from deploy.local.errors import StackError
from deploy.local.stack.access import key_of
from deploy.local.stack.home import Home
from deploy.local.stack.services import SERVICES
from deploy.local.stack.state import StackState

LOOK_THROUGH_SECONDS = 600.0
"""To go through everything that a service keeps takes a while."""
SHORT_SECONDS = 5.0


def replicas(home: Home) -> dict[str, str]:
    """The address of every replica of every service, by its name."""
    state = StackState.read(home.state)
    return {name: url for name, url in state.urls.items() if name.split("-")[0] in SERVICES} if state.running else {}


async def ask(
    home: Home, name: str, url: str, path: str, seconds: float = LOOK_THROUGH_SECONDS, *, make: bool = False
) -> Any:
    """Returns a service's answer to the operator, who reads, or has something made. Raises `StackError`."""
    with Client(Endpoint(name, url, key_of(home, "operator")), seconds) as client:
        return await asyncio.to_thread(client.post if make else client.get, f"/v1/operations/{path}")


async def ask_all(home: Home, path: str, *, one_of_each: bool = False) -> Mapping[str, Any]:
    """Returns the answer of every replica, or of one of each service. Raises `StackError` unless all of them answer."""
    asked = {name: url for name, url in replicas(home).items() if not one_of_each or name in SERVICES}
    if missing := set(SERVICES) - set(asked):
        raise StackError(f"{', '.join(sorted(missing))} must be running: start the stack with `otm up`")
    answers = await asyncio.gather(*(ask(home, name, url, path) for name, url in asked.items()))
    return dict(zip(asked, answers, strict=True))


async def last_used(home: Home) -> Mapping[str, str]:
    """When each access key was last used, as far as the services that answer know."""
    latest: dict[str, str] = {}
    for name, url in replicas(home).items():
        try:
            answer = await ask(home, name, url, "access", SHORT_SECONDS)
        except StackError:
            continue
        for key, at in answer.items():
            latest[key] = max(at, latest.get(key, ""))
    return latest
