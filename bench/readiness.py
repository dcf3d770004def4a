"""First readiness of a service beside a store that has grown: CPU of the service and of the store, until it is ready.

`python -m bench.readiness --documents 1000000` measures each service on an empty database, fills its largest
collections with so many documents together, with values in every index, and measures it again.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from pymongo import IndexModel

from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from shared.storage.store import Document, Store
from tests.support.apps import SERVICES
from tests.support.inside import Corner

DOCUMENTS, TOGETHER = 1_000_000, 500
LARGE = {
    "planner": ("units_settled", "heard", "audit_written"),
    "dispatcher": ("communications", "last_contacted", "heard", "audit_written"),
    "intake": ("letters", "contacts", "outcomes", "heard", "audit_written"),
    "notifier": ("notices", "heard", "audit_written"),
}
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--documents", type=int, default=DOCUMENTS)
    asked.add_argument("--services", nargs="*", default=list(SERVICES))
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:  # noqa: S108
        asyncio.run(_measured(Path(folder), options.documents, options.services))


async def _measured(folder: Path, documents: int, services: Sequence[str]) -> None:
    async with Infrastructure(Home(folder / "ground")).store as ground:
        for name in services:
            corner = Corner.made(folder, ground.url, f"bench_ready_{name}")
            store = SERVICES[name](corner, folder).store
            await store.migrator.run()
            small = await _ready(name, corner, folder)
            began = time.perf_counter()
            await _fill(store, name, documents)
            print(f"{name}: filled in {time.perf_counter() - began:.0f} s", flush=True)
            grown = await _ready(name, corner, folder)
            for size, (own, stores, wall) in ((0, small), (documents, grown)):
                print(
                    f"{name}, {size:,} documents: CPU {own:.2f} s here, {stores:.2f} s in the store; {wall:.2f} s",
                    flush=True,
                )
            store.close()


async def _ready(name: str, corner: Corner, folder: Path) -> tuple[float, float, float]:
    """Returns the CPU of this process and of the store, and the time, from the building until the store is found
    good."""
    server = next(p for p in psutil.Process().children(recursive=True) if "secantus" in " ".join(p.cmdline()))
    began, own, theirs = time.perf_counter(), time.process_time(), sum(server.cpu_times()[:2])
    store = SERVICES[name](corner, folder).store
    await store.verify()
    await store.ping()
    await store.outbox.flowing()
    took = time.process_time() - own, sum(server.cpu_times()[:2]) - theirs, time.perf_counter() - began
    store.close()
    return took


async def _fill(store: Store, name: str, documents: int) -> None:
    large = LARGE[name]
    for collection in large:
        rows = _rows(store.migrator._structure._wanted[collection], documents // len(large))
        while batch := [row for row, _ in zip(rows, range(TOGETHER), strict=False)]:
            await store[collection].insert_many(batch, ordered=False)


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
