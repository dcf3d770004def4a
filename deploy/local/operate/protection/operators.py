"""The operators' own audit trail, and where the running stack's parts are."""

import getpass
from collections.abc import Mapping
from typing import Any

from deploy.local.errors import StackError
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.state import StackState
from shared.clock import SystemClock
from shared.storage.audit.chain import Chain, Fact
from shared.storage.store import Store

OPERATIONS = "otm_operations"
"""The database of the operators' own audit trail."""


async def note(what: str, details: Mapping[str, Any]) -> None:
    """Records an operator's act, under the name of this machine's user."""
    store = Store(address("mongo"), OPERATIONS)
    try:
        await Chain(store["audit"]).add([Fact(SystemClock().now().isoformat(), getpass.getuser(), what, details)])
    finally:
        store.close()


def address(part: str) -> str:
    """Returns the address of the broker (`amqp`), its management API (`management`) or the store (`mongo`): the
    environment's, or the stack's own."""
    settings = LocalSettings()
    given = {"amqp": settings.amqp_url, "management": settings.management_url, "mongo": settings.mongo_url}[part]
    found = given or StackState.read(Home(settings.home).state).urls.get(part)
    if found is None:
        raise StackError(f"Nothing runs here: start it with `otm up`, or set OTM_{part.upper()}_URL")
    return found
