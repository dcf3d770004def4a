"""Cost of remembering each event's id (ADR 0143): a consumer with and without it, in turn, on one broker and store.

    python -m bench.heard [--events 10000] [--rounds 3] [--json]

Events wait in the queue before the consumer begins; each is handled by one insert, made together with others as our
consumers do. A round ends when the last of them is handled.
"""

import argparse
import asyncio
import json
import logging
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aio_pika
import structlog
from prometheus_client import CollectorRegistry

from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from shared.events import Event
from shared.messaging.bus import Bus
from shared.messaging.circuit_breaker import CircuitBreaker
from shared.messaging.envelope import sealed
from shared.messaging.metrics import BusMetrics
from shared.running.coalescer import Coalescer
from shared.running.settings import BusSettings
from shared.storage.heard import MongoHeard
from shared.storage.inserting import insert_new
from shared.storage.store import Indexes, Store
from shared.storage.unavailable import store_is_unavailable
from tests.support.probe import ProbeMade, nothing_wrong, probe

TOGETHER, WITHIN_SECONDS = 100, 0.02


class Handling:
    """A handler that keeps each event, and knows when all of them are kept."""

    def __init__(self, store: Store, collection: str, events: int) -> None:
        self._kept = store[collection]
        self._keeping = Coalescer(self._keep, TOGETHER, WITHIN_SECONDS)
        self._left = events
        self.done = asyncio.Event()

    async def handle(self, event: Event[ProbeMade]) -> None:
        await self._keeping.add(event)
        self._left -= 1
        if not self._left:
            self.done.set()

    async def _keep(self, events: Sequence[Event[ProbeMade]]) -> list[None]:
        await insert_new(self._kept, [{"_id": event.id, "number": event.data.number} for event in events])
        return [None] * len(events)


async def rate(amqp_url: str, store: Store, name: str, events: int, remembering: bool) -> float:
    """Events handled a second."""
    handling = Handling(store, f"kept_{name}", events)
    settings = BusSettings.model_validate({"amqp_url": amqp_url})
    heard = MongoHeard(store["heard"]).before if remembering else None
    breaker, metrics = CircuitBreaker(nothing_wrong, store_is_unavailable), BusMetrics(CollectorRegistry())
    bus = Bus(name, settings, breaker, metrics, heard_before=heard)
    waiting = asyncio.Event()

    async def handle(event: Event[Any]) -> None:
        await waiting.wait()
        await handling.handle(event)

    bus.hear({ProbeMade: handle})
    bus.start()
    while not bus.begun:
        await asyncio.sleep(0.05)
    for start in range(0, events, 200):
        some = range(start, min(start + 200, events))
        await asyncio.gather(*(bus.publisher.publish(sealed(probe(number))) for number in some))
    began = time.perf_counter()
    waiting.set()
    await handling.done.wait()
    seconds = time.perf_counter() - began
    await bus.stop_consuming()
    await bus.stop()
    async with await aio_pika.connect(amqp_url) as connection:  # else it takes the events of the next round too
        await (await connection.channel()).queue_delete(f"{name}.{ProbeMade.event_type}")
    return events / seconds


async def measured(events: int, rounds: int) -> dict[str, Any]:
    rates: dict[bool, list[float]] = {True: [], False: []}
    with tempfile.TemporaryDirectory() as folder:
        async with Infrastructure(Home(Path(folder) / "ground")) as ground:
            store = Store(ground.mongo_url, "bench_heard", Indexes("heard", MongoHeard.INDEXES))
            await store.prepare()
            for number in range(2 * rounds):
                remembering = bool(number % 2)
                found = await rate(ground.amqp_url, store, f"bench{number}", events, remembering)
                rates[remembering].append(found)
                print(f"{'with' if remembering else 'without'}: {found:,.0f} events/s", flush=True)
            store.close()
    with_it, without = (statistics.median(rates[kind]) for kind in (True, False))
    return {"events": events, "with": round(with_it), "without": round(without), "ratio": round(with_it / without, 3)}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--events", type=int, default=10_000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # else it measures lines
    found = asyncio.run(measured(options.events, options.rounds))
    print(f"with the memory of ids {found['ratio']:.2f} times as many events a second as without")
    print(json.dumps(found) if options.json else "")


if __name__ == "__main__":
    main()
