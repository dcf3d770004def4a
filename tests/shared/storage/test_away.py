"""A store that nobody has looked for yet is not away."""

import asyncio

import pytest
from pymongo.errors import ServerSelectionTimeoutError

from shared.storage.away import Away, MotorClient

PATIENCE = 1.0  # seconds


async def test_a_client_that_was_made_long_ago_still_looks_for_its_first_server() -> None:
    client = MotorClient("mongodb://127.0.0.1:1", away=Away(PATIENCE))
    await asyncio.sleep(2 * PATIENCE)
    with pytest.raises(ServerSelectionTimeoutError, match="refused"):
        await client.admin.command("ping")
    with pytest.raises(ServerSelectionTimeoutError, match="no server has taken writes"):
        await client.admin.command("ping")
    client.close()
