"""The audit, as `otm dispatch audit` does it."""

import asyncio
from pathlib import Path

from deploy.local.client import Endpoint
from deploy.local.operate.letters.dispatch import Dispatching
from tests.dispatcher.given.people import CAMPAIGN
from tests.support.inside import Inside


async def audited(dispatcher: Inside, letters: Path) -> dict[str, int]:
    """Returns the audit's findings."""
    key = dispatcher.key("operator")["Authorization"].removeprefix("Bearer ")
    async with dispatcher.listening() as url:
        found = await asyncio.to_thread(Dispatching(Endpoint("dispatcher", url, key), CAMPAIGN).audit, letters)
    return dict(found["findings"])
