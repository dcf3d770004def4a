"""Two campaigns whose customers are known by references of the campaigns' own: both have a T-0001."""

from typing import Any

import httpx

from services.dispatcher.own_messages import AllocationDue, ChunkDue
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.known_customers import HEADER, approve
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.clocks import NOON
from tests.support.inside import Inside

OTHER = "OTM-26-0043"
OWN = {"reference": {"kind": "own", "picture": "T-####"}}
CASES = 12
NAMES = {CAMPAIGN: "Gwenllian", OTHER: "Angharad"}
"""Names of all customers, by campaign."""


def case(number: int, campaign: str | None) -> dict[str, Any]:
    """Returns a reference as a caller gives it who may not know the campaign."""
    named = {"kind": "own", "reference": f" t-{number:04d}"}
    return {"customer_reference": named | ({"campaign": campaign} if campaign else {})}


async def declare(dispatcher: Inside, campaign: str) -> None:
    async with dispatcher.caller("analyst") as analyst:
        assert (await analyst.put(f"/v1/campaigns/{campaign}/population/schema", json=OWN)).is_success


async def load(dispatcher: Inside, campaign: str) -> dict[str, Any]:
    """Loads the population and returns its report."""
    rows = [row(n, customer_reference=f"T-{n:04d}", name=NAMES[campaign]) for n in range(1, CASES + 1)]
    async with dispatcher.caller("analyst") as analyst:
        answer = await analyst.put(f"/v1/campaigns/{campaign}/population", content=file(rows))
    report: dict[str, Any] = answer.json()
    return report


async def loaded(dispatcher: Inside, desk: Desk) -> None:
    """Both campaigns, launched and allocated: each has one chunk."""
    await approve(dispatcher, OTHER)
    for campaign in NAMES:
        await declare(dispatcher, campaign)
        report = await load(dispatcher, campaign)
        await desk.hear.allocate(heard(AllocationDue(campaign=campaign, load=report["load"])))


async def issue(desk: Desk) -> None:
    """The first campaign, and then the other."""
    await desk.start(NOON)
    for campaign in NAMES:
        await desk.hear.issue_chunk(heard(ChunkDue(campaign=campaign, chunk=1)))


async def ledger(desk: Desk, campaign: str) -> dict[int, dict[str, Any]]:
    """Returns the entries by row, which is also the number of the case."""
    return {entry["row"]: entry async for entry in desk.store["communications"].find({"campaign": campaign})}


async def send_list(dispatcher: Inside, number: int, query: str) -> httpx.Response:
    """A list of one."""
    async with dispatcher.caller("analyst") as analyst:
        content = f"{HEADER}\r\nt-{number:04d},deceased,,\r\n".encode()
        return await analyst.put(f"/v1/suppression-lists/deaths/entries?{query}", content=content)
