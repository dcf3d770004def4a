"""A look at the chains of a trail range by range, as `otm audit verify` looks and notes how far it is: to be killed.

`python -m bench.trail_look ADDRESS DATABASE FOLDER` says the entries and seconds of each range, and its peak of memory
in MB.
"""

import asyncio
import resource
import sys
import time
from dataclasses import asdict
from pathlib import Path

from deploy.local.operate.protection.audit import Answer, _Heads
from deploy.local.stack.home import Home
from shared.storage.audit.trail import AUDIT, MongoAuditTrail
from shared.storage.store import Store
from shared.web.operations import ENTRIES_LOOKED_AT

KEY = b"k" * 32


async def look(address: str, database: str, folder: Path) -> None:
    store = Store(address, database, *AUDIT, patient=True)
    trail, heads = MongoAuditTrail(store, KEY), _Heads(Home(folder))
    began = time.perf_counter()

    async def ask(since: dict[str, str]) -> Answer:
        nonlocal began
        found = await trail.chains_verified(**since, most=ENTRIES_LOOKED_AT)
        took, began = time.perf_counter() - began, time.perf_counter()
        print(found.entries, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, flush=True)
        return asdict(found)

    answer = await heads.until_ended("bench", ask)
    print("ended", answer["entries"], answer["broken"], flush=True)
    store.close()


if __name__ == "__main__":
    asyncio.run(look(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
