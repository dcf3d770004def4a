"""Verification of a long audit trail: time and memory of each range, beside a floor that only reads the same rows.

`python -m bench.trail --entries 1000000` writes so many entries in forty chains, as so many processes do, with a seal
for every ten thousand, then looks at all of them range by range. A second look is killed in the middle and goes on.
"""

import argparse
import asyncio
import resource
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from bench.in_memory import folder_in_memory
from bench.trail_look import KEY
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from shared.identifiers import new_id
from shared.storage.audit.chain import Chain, Fact
from shared.storage.audit.trail import AUDIT, CHAINS, WRITTEN, MongoAuditTrail
from shared.storage.audit.walking import ChainEnds, in_order
from shared.storage.store import Store
from shared.trail import Verified
from shared.web.operations import ENTRIES_LOOKED_AT

ENTRIES, WRITERS, TOGETHER = 1_000_000, 40, 500
DATABASE = "bench_trail"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--entries", type=int, default=ENTRIES)
    with folder_in_memory() as folder:
        asyncio.run(_measured(Path(folder), asked.parse_args().entries))


async def _measured(folder: Path, entries: int) -> None:
    async with Infrastructure(Home(folder / "ground")).store as ground:
        store = Store(ground.url, DATABASE, *AUDIT, patient=True)
        await store.prepare()
        trail = MongoAuditTrail(store, KEY)
        began = time.perf_counter()
        await _write(store, trail, entries)
        print(f"written: {entries / (time.perf_counter() - began):,.0f} entries a second", flush=True)
        await _say("main chain with its seals", trail.verified)
        await _say("all other chains", trail.chains_verified)
        began, spent = time.perf_counter(), time.process_time()
        read = sum([1 async for _ in in_order(store[WRITTEN], None, ChainEnds(store[CHAINS]))])
        took, spent = time.perf_counter() - began, time.process_time() - spent
        print(f"floor: {read:,} rows read alone in {spent:.1f} s of CPU here, {took:.1f} s in all", flush=True)
        await _killed_and_gone_on_with(ground.url, folder, entries // ENTRIES_LOOKED_AT // 2)
        store.close()


async def _write(store: Store, trail: MongoAuditTrail, entries: int) -> None:
    chains = [Chain(store[WRITTEN], KEY, new_id()) for _ in range(WRITERS)]
    for chain in chains:
        await trail._sealing.grows(chain.name)
    details = {"about": ["0123456789abcdef0123456789abcdef", "7KM2X-Q4R9E"], "contact": new_id()}
    fact = Fact(datetime(2026, 9, 7, 12, tzinfo=UTC).isoformat(), "helpline", "customer.looked-up", details)
    for n in range(entries // TOGETHER):
        await chains[n % WRITERS].add([fact] * TOGETHER)
        if n % 20 == 19:
            await trail.seal()
    await trail.seal()


async def _say(what: str, look: Callable[..., Awaitable[Verified]]) -> None:
    ranges, found, entries = list[tuple[float, float, int]](), None, 0
    asked = dict[str, object]()
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


async def _killed_and_gone_on_with(address: str, folder: Path, ranges: int) -> None:
    command = (sys.executable, "-m", "bench.trail_look", address, DATABASE, str(folder))
    first = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    assert first.stdout
    seen = [await first.stdout.readline() for _ in range(ranges)]
    first.kill()
    await first.wait()
    second = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    *further, ended = (await second.communicate())[0].decode().splitlines()
    print(f"killed after {len(seen)} ranges; {len(further)} more by the next; {ended}; the last: {further[-1]}")


if __name__ == "__main__":
    main()
