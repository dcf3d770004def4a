"""A trial's customers put together from the real store, and analysed: seconds, memory, documents.

`python -m bench.evaluation_store --customers 1000000 --json` writes what events say of so many customers, in events of
500 as dispatcher says them, then reads and analyses it in a process of its own, as planner does when it is asked.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from bench.evaluation import peak_mb
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from services.planner.evaluation.repository import ALLOCATED, RETURNED_UNITS, SETTLED, UNIT_OUTCOMES, MongoUnits
from shared.contracts import Contract, UnitOutcomes, UnitsAllocated, UnitsSettled
from shared.contracts.trial_units import UNITS_PER_EVENT
from shared.identifiers import derived_id
from shared.storage.store import Store

CAMPAIGN, DATABASE, LOAD = "OTM-26-0001", "bench_evaluation", "0b8ff5c2-3b6d-5f0a-9a53-2f6a7c1d9e10"
CUSTOMERS, CLUSTER_OF, ARMS = 1_000_000, 2.5, 3
LAUNCH, HORIZON, ACTING = date(2026, 9, 7), 30, 0.3
SEED = 20260907


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--customers", type=int, default=CUSTOMERS)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(_measured(Path(folder), options.customers))
    print(
        f"{found['customers']:,} customers in {found['documents']:,} documents, written in {found['writing']:.0f} s; "
        f"put together in {found['reading']:.1f} s and analysed in {found['analysing']:.1f} s; "
        f"{found['peak_mb']:.0f} MB"
    )
    print(json.dumps(found) if options.json else "")


async def _measured(folder: Path, customers: int) -> dict[str, Any]:
    async with Infrastructure(Home(folder / "ground")) as ground:
        store = _store(ground.mongo_url)
        await store.prepare()
        began, documents = time.perf_counter(), 0
        for number, said in enumerate(_said(customers)):
            await _keep(MongoUnits(store), str(number), said)
            documents += 1
        wrote = time.perf_counter() - began
        store.close()
        with get_context("spawn").Pool(1) as pool:
            read = pool.apply_async(_analysed, (ground.mongo_url,))
            found = await asyncio.to_thread(read.get)
    return {"customers": customers, "documents": documents, "writing": wrote, **found}


def _store(url: str) -> Store:
    return Store(url, DATABASE, ALLOCATED, SETTLED, RETURNED_UNITS, UNIT_OUTCOMES)


async def _keep(units: MongoUnits, event: str, said: Contract) -> None:
    if isinstance(said, UnitsAllocated):
        await units.allocated(said)
    elif isinstance(said, UnitsSettled):
        await units.settled(event, said)
    elif isinstance(said, UnitOutcomes):
        await units.outcomes(event, said)


def _said(customers: int) -> Iterator[Contract]:
    """Yields the events about everybody: allocated whole clusters at a time, dealt with, some of them acting."""
    rng = np.random.default_rng(SEED)
    clusters = int(customers / CLUSTER_OF)
    cluster = rng.permutation(np.arange(customers) % clusters)
    arm = rng.permutation(np.arange(clusters) % ARMS)[cluster]
    acts = rng.random(customers) < ACTING + 0.01 * arm
    for part, start in enumerate(range(0, customers, UNITS_PER_EVENT), 1):
        rows = range(start, min(start + UNITS_PER_EVENT, customers))
        yield from _of_part(part, rows, cluster, arm, acts)


def _of_part(part: int, rows: Sequence[int], cluster: Any, arm: Any, acts: Any) -> Iterator[Contract]:
    names = ("control", "letter-1", "letter-2")
    of = {"campaign": CAMPAIGN}
    dealt = LAUNCH + timedelta(days=part % 20)
    units = [
        {"unit": _token(n), "arm": names[arm[n]], "stratum": "all", "cluster": _token(int(cluster[n]))} for n in rows
    ]
    fates = [{"unit": _token(n), "arm": names[arm[n]], "state": "sent" if arm[n] else "control"} for n in rows]
    outcomes = [
        {"id": derived_id("act", str(n)), "unit": _token(n), "outcome": "paid", "on": dealt + timedelta(days=n % 31)}
        for n in rows
        if acts[n]
    ]
    yield UnitsAllocated.model_validate({**of, "load": LOAD, "part": part, "units": units})
    yield UnitsSettled.model_validate({**of, "chunk": part, "on": dealt, "units": fates})
    yield UnitOutcomes.model_validate({**of, "recorded_at": "2026-10-12T09:00:00Z", "outcomes": outcomes})


def _token(number: int) -> str:
    return f"{number * 48_271 % 2_147_483_647:08x}{number:024x}"


def _analysed(url: str) -> dict[str, Any]:
    from bench.simulated import plan_of
    from services.planner.evaluation.analysis import Trial, evaluate
    from services.planner.evaluation.data.kept_trial import kept_trial
    from services.planner.evaluation.data.outcome_log import measure

    async def kept() -> Any:
        return await MongoUnits(_store(url)).kept(CAMPAIGN)

    plan = plan_of(ARMS, "proportion", smallest_effect=0.01, clusters={"mean_size": CLUSTER_OF, "icc": 0.1})
    began = time.perf_counter()
    found = kept_trial(asyncio.run(kept()), plan)
    units, left = measure(found.log, found.units, plan)
    read = time.perf_counter()
    result = evaluate(Trial(plan, units, LAUNCH + timedelta(days=HORIZON + 40), found.log, left))
    assert result.stands, result.checks
    return {"reading": read - began, "analysing": time.perf_counter() - read, "peak_mb": peak_mb()}


if __name__ == "__main__":
    main()
