"""One dispatcher, as a process of its own, given a campaign and a population and watched from outside.

It issues in turns with the floor: a slow spell of the machine meets both.
"""

import asyncio
import re
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import aio_pika
import httpx
import psutil

from bench.floor import Floor
from bench.plan import CAMPAIGN, MONDAY, approved, launched
from bench.stopwatch import Stopwatch
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
TURN = 3_000
"""Communications until the floor has its turn."""
LOOK_SECONDS, IDLE = 0.02, 0.1
"""How long it is looked whether the store still works for who was stopped, and the part of its time it may work."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Measurements of one run: `issuing` and `floor` are of as many communications; `memory` is in megabytes, `loading`
    in seconds."""

    rows: int
    issued: int
    loading: float
    issuing: Stopwatch
    floor: Stopwatch
    memory: float


async def issue(folder: Path, amqp_url: str, mongo_url: str, size: int) -> Issue:
    """A fresh dispatcher and database for `size` rows."""
    home = Home(folder / f"size-{size}")
    home.prepare()
    ShiftedClock(home.clock).shift_to(MONDAY)
    prefix = f"bench{uuid4().hex[:8]}_"
    wiring = Wiring(amqp_url=amqp_url, mongo_url=mongo_url, smtp_port=1, database_prefix=prefix)
    floor = Floor(mongo_url, f"{prefix}otm_dispatcher")
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
            await floor.prepare()
            expected, pid = await _expected(clients), services.replica("dispatcher").pid
            watch = Stopwatch(StoreTime(mongo_url))
            await _say(exchange, launched())
            issued = await _in_turns(heard, expected, psutil.Process(pid), watch, floor)
            memory = _highest(pid)
            await clients.close()
    floor.close()
    return Issue(size, issued, loading, watch, floor.watch, memory)


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


async def _in_turns(heard: Any, expected: int, dispatcher: psutil.Process, watch: Stopwatch, floor: Floor) -> int:
    """Issues and inserts the floor of what was issued, in turns, until every communication was said to be issued, once.
    Returns how many."""
    references: set[str] = set()
    done: set[int] = set()
    async with heard.iterator(no_ack=True) as messages:
        while len(references) < expected:
            with watch.running():
                chunks = await _turn(messages, references, min(len(references) + TURN, expected))
                dispatcher.send_signal(signal.SIGSTOP)
                if len(references) < expected:  # else it has issued all, and the store counts that once more
                    await _until_idle(watch.store_time)
            await _until_idle(watch.store_time)
            await floor.insert(sorted(chunks - done))  # an event may be said again
            done |= chunks
            dispatcher.send_signal(signal.SIGCONT)
    return len(references)


async def _turn(messages: Any, references: set[str], until: int) -> set[int]:
    """Hears of communications until there are so many. Returns the chunks that they are in."""
    chunks: set[int] = set()
    async for message in messages:
        said = message.body.decode()
        references.update(re.findall(r'"reference":"([^"]+)"', said))
        chunks.update(int(number) for number in re.findall(r'"chunk":(\d+)', said))
        if len(references) >= until:
            return chunks
    raise RuntimeError("the queue was closed")


async def _until_idle(store_time: StoreTime) -> None:
    """Waits for what the store still does for who was stopped."""
    worked = LOOK_SECONDS
    while worked > LOOK_SECONDS * IDLE:
        before = store_time.now()
        await asyncio.sleep(LOOK_SECONDS)
        worked = store_time.now() - before


def _highest(pid: int | None) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024
