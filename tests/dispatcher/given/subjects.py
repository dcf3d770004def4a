"""Requests of the data protection team."""

from typing import Any

import httpx

from tests.dispatcher.given.people import utr
from tests.support.inside import Inside


def whom(number: int) -> dict[str, Any]:
    return {"customer_reference": {"kind": "utr", "reference": f"{utr(number)[:5]} {utr(number)[5:]}K"}}


async def ask(dispatcher: Inside, what: str, body: object, subject: str = "data-protection") -> httpx.Response:
    async with dispatcher.caller(subject) as caller:
        return await caller.post(f"/v1/subjects/{what}", json=body)
