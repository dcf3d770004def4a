"""Requests of the data protection team, and what of their subjects is in the ledger and in populations."""

from typing import Any

import httpx

from tests.dispatcher.given.desk import Desk
from tests.dispatcher.given.people import utr
from tests.support.inside import Inside

CUSTOMERS = 12
OTHER = "OTM-26-0043"


def whom(number: int) -> dict[str, Any]:
    return {"customer_reference": {"kind": "utr", "reference": f"{utr(number)[:5]} {utr(number)[5:]}K"}}


async def ask(dispatcher: Inside, what: str, body: object, subject: str = "data-protection") -> httpx.Response:
    async with dispatcher.caller(subject) as caller:
        return await caller.post(f"/v1/subjects/{what}", json=body)


async def in_arm(desk: Desk, arm: str) -> list[int]:
    (chunk,) = [chunk async for chunk in desk.store["chunks"].find()]
    return [number for number, found in zip(chunk["rows"], chunk["arms"], strict=True) if found == arm]


async def ledger(desk: Desk) -> dict[int, dict[str, Any]]:
    return {entry["row"]: entry async for entry in desk.store["communications"].find()}


async def populations(dispatcher: Inside) -> list[dict[str, Any]]:
    answers = [(await ask(dispatcher, "export", whom(n))).json() for n in range(1, CUSTOMERS + 1)]
    return [each for answer in answers for each in answer.get("holdings", {}).get("population", [])]
