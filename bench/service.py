"""One dispatcher, as a process of its own, given a campaign and a population and watched from outside."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import aio_pika
import httpx

from bench.plan import CAMPAIGN, MONDAY, approved, launched
from bench.store_time import StoreTime
from deploy.local.demo.people import population_csv
from deploy.local.demo.services import ServiceClients
from deploy.local.stack.environment import Wiring
from deploy.local.stack.home import Home
from deploy.local.stack.services import Services
from shared.clock import ShiftedClock
from shared.contracts import Contract
from shared.events import first_event
from shared.messaging.envelope import sealed, to_message
from shared.messaging.topology import EVENTS

SEED = 7
PIECE = 1 << 16
PATIENCE = 1_800.0  # seconds: a million rows on a busy machine


@dataclass(frozen=True, slots=True)
class Issue:
    """Measurements of one run, times in seconds: `store` is of its processor while it issued; `memory` in megabytes."""

    rows: int
    issued: int
    loading: float
    issuing: float
    store: float
    memory: float
    database: str


async def issue(folder: Path, amqp_url: str, mongo_url: str, size: int) -> Issue:
    """A fresh dispatcher and database for `size` rows."""
    home = Home(folder / f"size-{size}")
    home.prepare()
    ShiftedClock(home.clock).shift_to(MONDAY)
    prefix = f"bench{uuid4().hex[:8]}_"
    wiring = Wiring(amqp_url=amqp_url, mongo_url=mongo_url, smtp_port=1, database_prefix=prefix)
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        await channel.set_qos(100)
        async with Services(home, wiring, names=("dispatcher",)) as services:
            exchange = await channel.get_exchange(EVENTS)
            heard = await channel.declare_queue(exclusive=True)
            await heard.bind(exchange, "communications.issued.v1")
            await _say(exchange, approved(size))
            clients = ServiceClients(home, services.urls(), PATIENCE)
            loading = await _load(clients, size)
            await _allocated(clients)
            store_time, expected = StoreTime(mongo_url), await _expected(clients)
            began, store_began = time.monotonic(), store_time.now()
            await _say(exchange, launched())
            issued, ended = await _until_all_out(heard, expected)
            store_seconds = store_time.now() - store_began
            memory = _highest(services.replica("dispatcher").pid)
            await clients.close()
    return Issue(size, issued, loading, ended - began, store_seconds, memory, f"{prefix}otm_dispatcher")


async def _say(exchange: Any, data: Contract) -> None:
    await exchange.publish(to_message(sealed(first_event(data, "bench", MONDAY))), data.event_type)


async def _load(clients: ServiceClients, size: int) -> float:
    path = f"/v1/campaigns/{CAMPAIGN}"
    while (await clients.call("operator", "GET", "dispatcher", f"{path}/dispatch")).status_code != httpx.codes.OK:
        await asyncio.sleep(0.05)
    data = b"".join(population_csv(size, SEED))

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(data), PIECE):
            yield data[start : start + PIECE]

    began = time.monotonic()
    headers = {"Content-Type": "text/csv"}
    answer = await clients.call("analyst", "PUT", "dispatcher", f"{path}/population", stream=pieces, headers=headers)
    answer.raise_for_status()
    return time.monotonic() - began


async def _allocated(clients: ServiceClients) -> None:
    while not (await clients.get("operator", "dispatcher", f"/v1/campaigns/{CAMPAIGN}/dispatch"))["waves"]:
        await asyncio.sleep(0.2)


async def _expected(clients: ServiceClients) -> int:
    waves = (await clients.get("operator", "dispatcher", f"/v1/campaigns/{CAMPAIGN}/dispatch"))["waves"]
    return sum(wave["communications"] for wave in waves)


async def _until_all_out(heard: Any, expected: int) -> tuple[int, float]:
    """Every communication that was said to be issued, once, and when the last of them was heard of."""
    references: set[str] = set()
    async with heard.iterator(no_ack=True) as messages:
        async for message in messages:
            references.update(re.findall(r'"reference":"([^"]+)"', message.body.decode()))
            if len(references) >= expected:
                return len(references), time.monotonic()
    raise RuntimeError("the queue was closed")


def _highest(pid: int | None) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024
