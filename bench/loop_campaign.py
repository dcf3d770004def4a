"""The campaign of the loop's bench: agreed, loaded and launched; and the letters that people ring about."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
from motor.motor_asyncio import AsyncIOMotorClient

from deploy.local.demo.people import population_csv
from deploy.local.demo.planning import Planning
from deploy.local.demo.services import ServiceClients, good, until
from deploy.local.stack.home import Home
from shared.clock import ShiftedClock, today
from shared.customers.letter_reference import letter_reference
from shared.working_days import add_working_days

OTHER, OTHER_LETTERS, KEY = "OTM-26-9999", 2_000, b"bench"
OWN_LETTER = letter_reference(OTHER_LETTERS, KEY)
NOTICE_DAYS, RESPOND_DAYS = 10, 200
PATIENCE_SECONDS, LOAD_SECONDS = 60.0, 300.0
"""How long the bench waits for one thing before it gives up and says for what, and for the population."""
STEERING = {"policy": {"action": "pause", "resume": "by-person", "longest_days": 365}, "reason": "Measured"}


async def launch(clients: ServiceClients, planning: Planning, home: Home, dispatcher: str, customers: int) -> None:
    on = add_working_days(today(ShiftedClock(home.clock)), NOTICE_DAYS)
    await planning.draft(customers, on, add_working_days(on, RESPOND_DAYS), daily_limit=customers)
    await planning.submit()
    await planning.pass_gates()
    await _load(clients, home, dispatcher, planning.campaign, customers)
    await until(clients.notices, lambda found: len(_told(found)) > 2, "the notices", PATIENCE_SECONDS)
    await planning.sign_off()
    await planning.set_policy(STEERING)
    await planning.launch()


async def _load(clients: ServiceClients, home: Home, dispatcher: str, campaign: str, customers: int) -> None:
    path, lines = f"/v1/campaigns/{campaign}", list(population_csv(customers, seed=7))
    key = json.loads(home.credentials.read_bytes())["analyst"]
    headers = {"Content-Type": "text/csv", "Authorization": f"Bearer {key}"}

    async def status() -> dict[str, Any]:
        answer = await clients.call("operator", "GET", "dispatcher", f"{path}/dispatch")
        return dict(answer.json()) | {"status": answer.status_code}

    async def stream() -> AsyncIterator[bytes]:
        for start in range(0, len(lines), 1_000):
            yield b"".join(lines[start : start + 1_000])

    await until(status, lambda found: found["status"] == 200, "the approval", PATIENCE_SECONDS)
    async with httpx.AsyncClient(timeout=LOAD_SECONDS) as patient:
        good(await patient.put(f"{dispatcher}{path}/population", content=stream(), headers=headers))
    await until(status, lambda found: bool(found["waves"]), "the allocation", LOAD_SECONDS)


def _told(notices: list[dict[str, Any]]) -> set[str]:
    return {n["team"] for n in notices if n["state"] == "sent"} & {
        "customer-services", "debt-management", "press-office",
    }  # fmt: skip


async def register(mongo_url: str, campaign: str) -> None:
    """The other campaign's letters, and one of this campaign, as hearing of them leaves them in the store."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo_url)
    issued = {"campaign": OTHER, "arm": "plain", "language": "en", "lines_to_take": 1}
    rows = [
        {"_id": letter_reference(n, KEY), **issued, "issued_at": datetime.now(UTC), "customer": f"{n:032x}"}
        for n in range(OTHER_LETTERS)
    ]
    rows.append({**rows[0], "_id": OWN_LETTER, "campaign": campaign})
    await client["otm_intake"]["letters"].insert_many(rows, ordered=False)
    client.close()
