"""The customers of a population come under a new key, and can be read at every moment."""

import asyncio
from datetime import timedelta

import pytest

from deploy.local.demo.people import population_csv
from deploy.local.stack.home import Home
from deploy.local.stack.keyring import add_key
from services.dispatcher.population.repository.blocks import customers_in
from services.dispatcher.population.repository.population import MongoPopulation
from shared.storage import reencryption
from shared.storage.reencryption import ReEncryption
from tests.dispatcher.given.loading import put
from tests.support.inside import Inside


async def test_a_population_follows_a_new_key(dispatcher: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reencryption, "SETTLES", timedelta())
    monkeypatch.setattr(reencryption, "TOGETHER", 1)
    load = (await put(dispatcher, b"".join(population_csv(1_200, 3)))).json()["load"]
    names = await readable(dispatcher, load)
    keys = dispatcher.part(ReEncryption)
    while await keys.step():
        pass
    blocks = await keys.under("k1")
    assert blocks == 3

    assert add_key(Home(dispatcher.service.settings.keyring_file.parent)) == "k2"
    async with asyncio.timeout(30):
        while (await keys.progress())["current"] != "k2":
            await asyncio.sleep(0.05)
    await keys.step()
    assert await readable(dispatcher, load) == names, "some under the one key, some under the other"
    while await keys.step():
        pass
    assert (await keys.under("k1"), await keys.under("k2")) == (0, blocks)
    assert await readable(dispatcher, load) == names


async def readable(dispatcher: Inside, load: str) -> list[str]:
    blocks = dispatcher.service.store["recipients"].find({"load": load}).sort("first")
    cipher = dispatcher.part(MongoPopulation)._cipher
    return [customer.name async for block in blocks for _, customer in customers_in(block, cipher)]
