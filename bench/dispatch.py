"""How fast dispatcher loads and issues, beside what its store can take and beside other ways to do the same.

    python -m bench.dispatch [--sizes 10000,100000,300000] [--peers 2000] [--json]

End to end means: from the launch being said until the last event is heard that a chunk is out, with its ledger
entries durable and its print file closed. After every few chunks dispatcher is stopped, and the floor inserts the same:
a slow spell of the machine meets both. The ratio of the store's processor time for the floor to that for the issue says
the same on a busy machine, as far as the store is what limits. It is said before each size whether a second processor
was there: without it, dispatcher and its store take turns, and the floor does not mind. With `--json` the last line is
one JSON object.
"""

import argparse
import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

from bench.peers.race import race
from bench.processors import beside_another
from bench.service import issue
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure


async def measure(sizes: list[int], peers: int) -> dict[str, Any]:
    found: dict[str, Any] = {"sizes": []}
    with tempfile.TemporaryDirectory() as folder:
        async with Infrastructure(Home(Path(folder) / "ground")) as ground:
            for size in sizes:
                beside = beside_another()
                run = await issue(Path(folder), ground.amqp_url, ground.mongo_url, size)
                found["sizes"].append(
                    {
                        "rows": size,
                        "issued": run.issued,
                        "loaded_per_second": round(size / run.loading),
                        "issued_per_second": round(run.issued / run.issuing.seconds),
                        "microseconds_each": round(run.issuing.seconds / run.issued * 1e6, 1),
                        "floor_per_second": round(run.issued / run.floor.seconds),
                        "store_ratio": round(run.floor.store / run.issuing.store, 3),
                        "peak_memory_mb": round(run.memory, 1),
                        "beside_another": round(beside, 2),
                    }
                )
                print(describe(found["sizes"][-1]), flush=True)
            if peers:
                found["peers"] = await race(Path(folder), ground.amqp_url, ground.mongo_url, peers)
                for name, rate in found["peers"].items():
                    print(f"{name:>10}: {rate:,} communications/s, one task for each of {peers:,} recipients")
    return found | summary(found)


def describe(run: dict[str, Any]) -> str:
    return (
        f"{run['rows']:>9,} rows: loaded {run['loaded_per_second']:,}/s; {run['issued']:,} issued at "
        f"{run['issued_per_second']:,}/s ({run['microseconds_each']} us each); floor {run['floor_per_second']:,}/s; "
        f"ratio {run['issued_per_second'] / run['floor_per_second']:.2f}, of the store's processor time "
        f"{run['store_ratio']:.2f}; peak memory {run['peak_memory_mb']} MB; two loops at once each take "
        f"{run['beside_another']:.2f} times as long as one"
    )


def summary(found: dict[str, Any]) -> dict[str, Any]:
    """Returns, for the largest run, the ratio to the floor and the multiple of the best of the others."""
    last = found["sizes"][-1]
    said: dict[str, Any] = {"ratio": round(last["issued_per_second"] / last["floor_per_second"], 3)}
    said["store_ratio"] = last["store_ratio"]
    if found.get("peers"):
        said["times_the_best_peer"] = round(last["issued_per_second"] / max(found["peers"].values()), 1)
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,300000")
    parser.add_argument("--peers", type=int, default=2000, help="recipients for the other pipelines; 0 leaves them out")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found = asyncio.run(measure([int(size) for size in chosen.sizes.split(",")], chosen.peers))
    print(f"ratio of issued to floor: {found['ratio']}")
    if "times_the_best_peer" in found:
        print(f"times the best pipeline of one task for each recipient: {found['times_the_best_peer']}")
    if chosen.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
