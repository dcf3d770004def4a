"""Events that wait aside in the outboxes of the services, tried again for the operator."""

import asyncio

from deploy.local.client import Client, Endpoint
from deploy.local.operate.protection.operations import replicas
from deploy.local.stack.access import key_of
from deploy.local.stack.home import Home
from deploy.local.stack.services import SERVICES


async def retried(home: Home) -> int:
    """Has every service try what waits aside. Returns how many rows that is. Raises `StackError`."""
    asked = [(name, url) for name, url in replicas(home).items() if name in SERVICES]
    return sum(await asyncio.gather(*(asyncio.to_thread(_retry, home, name, url) for name, url in asked)))


def _retry(home: Home, name: str, url: str) -> int:
    with Client(Endpoint(name, url, key_of(home, "operator"))) as client:
        return int(client.post("/v1/operations/outbox/retries")["rows"])
