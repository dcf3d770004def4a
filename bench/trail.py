"""Verification of a long audit trail: time and memory of each range, beside a floor that only reads the same rows.

`python -m bench.trail --entries 1000000` writes so many entries in forty chains, as so many processes do, with a seal
for every ten thousand, then looks at all of them range by range.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from shared.identifiers import new_id
from shared.storage.audit.chain import PAGE, Chain, Fact
from shared.storage.audit.trail import AUDIT, WRITTEN, MongoAuditTrail
from shared.storage.store import Store
from shared.trail import Verified
from shared.web.operations import ENTRIES_LOOKED_AT

ENTRIES, CHAINS, TOGETHER = 1_000_000, 40, 500
KEY = b"k" * 32


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--entries", type=int, default=ENTRIES)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measured(Path(folder), asked.parse_args().entries))


async def _measured(folder: Path, entries: int) -> None:
    async with Infrastructure(Home(folder / "ground")).store as ground:
        store = Store(ground.url, "bench_trail", *AUDIT, patient=True)
        await store.prepare()
        trail = MongoAuditTrail(store, KEY)
        await _write(store, trail, entries)
        await _say("main chain with its seals", trail.verified)
        await _say("all other chains", trail.chains_verified)
        began = time.process_time(), time.perf_counter()
        read = await _floor(store)
        spent, took = time.process_time() - began[0], time.perf_counter() - began[1]
        print(f"floor: {read:,} rows read alone in {spent:.1f} s of CPU here, {took:.1f} s in all")
        store.close()


async def _write(store: Store, trail: MongoAuditTrail, entries: int) -> None:
    chains = [Chain(store[WRITTEN], KEY, new_id()) for _ in range(CHAINS)]
    for chain in chains:
        await trail._sealing.grows(chain.name)
    details = {"about": ["0123456789abcdef0123456789abcdef", "7KM2X-Q4R9E"], "contact": new_id()}
    fact = Fact(datetime(2026, 9, 7, 12, tzinfo=UTC).isoformat(), "helpline", "customer.looked-up", details)
    for n in range(entries // TOGETHER):
        await chains[n % CHAINS].add([fact] * TOGETHER)
        if n % 20 == 19:
            await trail.seal()
    await trail.seal()


async def _say(what: str, look: Callable[..., Awaitable[Verified]]) -> None:
    ranges, found, entries = list[tuple[float, float, int]](), None, 0
    asked = {}
    while found is None or not found.ended:
        began, spent = time.perf_counter(), time.process_time()
        found = await look(**asked, most=ENTRIES_LOOKED_AT)
        assert found.broken is None, found.broken
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        ranges.append((time.perf_counter() - began, time.process_time() - spent, peak))
        entries += found.entries
        asked = {"after": found.after, "link": found.head}
    whole = ranges[:-1] or ranges
    print(
        f"{what}: {entries:,} entries in {len(ranges)} ranges, {sum(r[0] for r in ranges):.1f} s, of it"
        f" {sum(r[1] for r in ranges):.1f} s of CPU here; a range took {min(r[0] for r in whole):.2f} to"
        f" {max(r[0] for r in whole):.2f} s (the first {whole[0][0]:.2f}, the last {whole[-1][0]:.2f});"
        f" peak of memory {ranges[0][2]} MB after the first, {ranges[-1][2]} MB after the last"
    )


async def _floor(store: Store) -> int:
    after, read = "", 0
    while page := await store[WRITTEN].find({"_id": {"$gt": after}}).sort("_id", 1).limit(PAGE).to_list(None):
        after, read = page[-1]["_id"], read + len(page)
    return read


if __name__ == "__main__":
    main()
