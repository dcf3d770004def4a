"""Loading a population over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import httpx

from tests.dispatcher.given.people import CAMPAIGN, file, row, utr
from tests.support.inside import Inside

POPULATION = f"/v1/campaigns/{CAMPAIGN}/population"
GOOD = 12
NOTHING = {"recipients": 0, "loading": 0, "loads": 0, "outbox": 0}


def mixed() -> bytes:
    """Good rows, four kinds of bad ones (rows 13 to 16), one ragged, and four customers nobody may write to."""
    rows = [row(n) for n in range(1, GOOD + 1)]
    rows += [
        row(13, customer_reference="2955839661"), row(14, flags="vip"), row(15, name=" "), row(16, stratum="Large £"),
        row(17, flags="deceased"), row(18, address_1=""), row(3), row(17),
    ]  # fmt: skip
    return file(rows) + f"{utr(99)},Ragged Row\r\n".encode()


async def put(dispatcher: Inside, data: bytes, piece: int = 700) -> httpx.Response:
    """Streamed, a piece at a time."""

    async def stream() -> AsyncIterator[bytes]:
        for start in range(0, len(data), piece):
            yield data[start : start + piece]
            await asyncio.sleep(0)

    async with dispatcher.caller("analyst") as analyst:
        return await analyst.put(POPULATION, content=stream())


async def kept(dispatcher: Inside) -> Mapping[str, int]:
    """Returns the number of documents of everything that a load leaves."""
    store = dispatcher.service.store
    return {name: await store[name].count_documents({}) for name in NOTHING}
