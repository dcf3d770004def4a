"""First readiness of a service beside a store that has grown: from the start of its process until it is ready wholly.

`python -m bench.readiness --documents 1000000` starts each service on a database that is empty, fills its largest
collections with so many documents together, with values in every index, and starts it again. All databases are in one
store, so that the last service finds four times as many.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from pymongo import IndexModel

from bench.in_memory import folder_in_memory
from deploy.local.operate.migrations import migrate
from deploy.local.stack.access import ensure_access
from deploy.local.stack.environment import Wiring
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.keyring import ensure_keyring
from deploy.local.stack.services import SERVICES, Services
from deploy.schemas import SCHEMAS
from shared.storage.store import Document, Store

DOCUMENTS, TOGETHER, AFTERWARDS_SECONDS = 1_000_000, 5_000, 10.0
LARGE = {
    "planner": ("units_settled", "heard", "audit_written"),
    "dispatcher": ("communications", "last_contacted", "heard", "audit_written"),
    "intake": ("letters", "contacts", "outcomes", "heard", "audit_written"),
    "notifier": ("notices", "heard", "audit_written"),
}
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
PORT_OF_NOBODY = 9


class Ready(NamedTuple):
    seconds: float
    own: float
    """CPU of the service until it is ready."""
    stores: float
    afterwards: float
    """CPU of the store until then, and in the ten seconds after it."""

    def __str__(self) -> str:
        return (
            f"ready after {self.seconds:.2f} s; CPU: {self.own:.2f} s here, {self.stores:.2f} s in the store, and there"
            f" {self.afterwards:.2f} s in the {AFTERWARDS_SECONDS:.0f} s after"
        )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--documents", type=int, default=DOCUMENTS)
    asked.add_argument("--services", nargs="*", default=list(SERVICES))
    options = asked.parse_args()
    with folder_in_memory() as folder:
        asyncio.run(_measured(Path(folder), options.documents, options.services))


async def _measured(folder: Path, documents: int, services: Sequence[str]) -> None:
    home = Home(folder / "stack")
    async with Infrastructure(Home(folder / "ground")) as ground:
        wiring = Wiring(amqp_url=ground.amqp_url, mongo_url=ground.mongo_url, smtp_port=PORT_OF_NOBODY)
        running = Services(home, wiring)
        ensure_keyring(home)
        ensure_access(home)
        await migrate(wiring.mongo_url, services)
        for name in services:
            print(f"{name}, no documents: {await _ready(running, name)}", flush=True)
        for name in services:
            began = time.perf_counter()
            await _fill(wiring.mongo_url, name, documents)
            print(f"{name}: {documents:,} documents filled in {time.perf_counter() - began:.0f} s", flush=True)
        for name in services:
            print(f"{name}, {documents:,} documents: {await _ready(running, name)}", flush=True)


async def _ready(running: Services, name: str) -> Ready:
    server = next(p for p in psutil.Process().children(recursive=True) if "secantus" in " ".join(p.cmdline()))
    began, theirs = time.perf_counter(), sum(server.cpu_times()[:2])
    process = running.replica(name)
    await process.start()
    took, used = time.perf_counter() - began, sum(server.cpu_times()[:2])
    own = sum(psutil.Process(process.pid).cpu_times()[:2])
    await asyncio.sleep(AFTERWARDS_SECONDS)
    afterwards = sum(server.cpu_times()[:2]) - used
    await process.stop()
    return Ready(took, own, used - theirs, afterwards)


async def _fill(url: str, name: str, documents: int) -> None:
    store, large = Store.of(url, SCHEMAS[name], patient=True), LARGE[name]
    for collection in large:
        rows = _rows(store.migrator._structure._wanted[collection], documents // len(large))
        while batch := [row for row, _ in zip(rows, range(TOGETHER), strict=False)]:
            await store[collection].insert_many(batch, ordered=False)
    store.close()


def _rows(models: Sequence[IndexModel], documents: int) -> Iterator[Document]:
    fields = {field for model in models for field in model.document["key"] if field != "_id"}
    for n in range(documents):
        row: dict[str, Any] = {"_id": f"{os.urandom(8).hex()}:{n:012}"}
        for field in fields:
            _put(row, field, BEGINNING + timedelta(seconds=n) if "at" in field.split("_") else f"{n % 1000:06}{n:09}")
        yield row


def _put(row: dict[str, Any], field: str, value: object) -> None:
    head, _, rest = field.partition(".")
    if rest:
        _put(row.setdefault(head, {}), rest, value)
    else:
        row[head] = value


if __name__ == "__main__":
    main()
