"""How fast intake is, against the least that anybody could do with the same document on the same store.

    python -m bench.intake [--letters 300000] [--contacts 250000] [--singles 4000] [--json]

Single contacts over HTTP with keep-alive against a bare endpoint that inserts the same document; contacts by the
stream against `insert_many` of a document for each, in batches of the same size. A run ends when the event of every
contact was heard from the broker. Then `--contacts` contacts go into one campaign, and look-up time and memory are
measured before and after.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import bson
import httpx
from motor.motor_asyncio import AsyncIOMotorClient

from bench.http import flat_out, paced, request
from bench.intake_stack import KEY, Bench, running
from services.intake.contacts.stream import LINES_PER_COMMIT
from shared.customers.letter_reference import letter_reference
from shared.identifiers import new_id

CONNECTIONS = 64
Figures = dict[str, Any]


async def documents(bench: Bench, count: int) -> list[dict[str, Any]]:
    """Contacts as intake keeps those that come by themselves."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(bench.mongo_url)
    alone = {"block": {"$exists": False}}
    kept = await client[bench.database]["contacts"].find(alone).limit(count).to_list(count)
    client.close()
    return kept


async def singles(bench: Bench, count: int) -> Figures:
    """Intake first, so that the floor inserts what intake has made of it."""
    requests = [
        request("POST", "/v1/contacts", bench.key, json.dumps(contact).encode()) for contact in bench.contacts(count, 1)
    ]
    await flat_out(bench.port, requests[:200], CONNECTIONS)
    await bench.until_said(200)
    bench.forget_said()
    began = time.perf_counter()
    ours = await flat_out(bench.port, requests, CONNECTIONS)
    answered = time.perf_counter()
    await bench.until_said(count)
    late = time.perf_counter() - answered
    ours_rate = count / (time.perf_counter() - began)
    await flat_out(
        bench.floor_port, [request("PUT", "/model", "", bson.encode((await documents(bench, 1))[0]))], 1, 200
    )
    bare = [each.replace(b"POST /v1/contacts ", b"POST /floor ", 1) for each in requests]
    floor = await flat_out(bench.floor_port, bare, CONNECTIONS)
    half = [
        request("POST", "/v1/contacts", bench.key, json.dumps(contact).encode())
        for contact in bench.contacts(max(500, count // 2), 2)
    ]
    calm = await paced(bench.port, half, ours.rate / 2, CONNECTIONS)
    await bench.until_said(count + len(half))
    bench.forget_said()
    return {
        "single_per_second": round(ours_rate),
        "single_p50_ms": round(ours.percentile(0.5), 2),
        "single_p99_ms": round(ours.percentile(0.99), 2),
        "single_said_after_the_last_answer_s": round(late, 3),
        "single_floor_per_second": round(floor.rate),
        "single_floor_p50_ms": round(floor.percentile(0.5), 2),
        "single_floor_p99_ms": round(floor.percentile(0.99), 2),
        "single_ratio": round(ours_rate / floor.rate, 2),
        "half_load_p50_ms": round(calm.percentile(0.5), 2),
        "half_load_p99_ms": round(calm.percentile(0.99), 2),
        "half_load_p99_over_p50": round(calm.percentile(0.99) / calm.percentile(0.5), 1),
    }


async def stream(bench: Bench, count: int, seed: int) -> float:
    """Contacts a second, from the first byte until every event is on the broker."""
    body = b"\n".join(json.dumps(contact).encode() for contact in bench.contacts(count, seed))
    began = time.perf_counter()
    async with httpx.AsyncClient(timeout=600) as client:
        answer = await client.post(
            f"http://127.0.0.1:{bench.port}/v1/contacts/batch",
            content=_pieces(body),
            headers={"Authorization": f"Bearer {bench.key}"},
        )
    assert answer.text.count('"status":201') == count, answer.text[:300]
    await bench.until_said(count)
    seconds = time.perf_counter() - began
    bench.forget_said()
    return count / seconds


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


async def batches(bench: Bench, count: int) -> Figures:
    await stream(bench, 1_000, 3)
    ours = await stream(bench, count, 4)
    alone = await documents(bench, count)
    kept = [{**alone[number % len(alone)], "_id": new_id()} for number in range(count)]
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(bench.mongo_url, w="majority", journal=True)
    found = {}
    for name, indexed in (("bare", False), ("indexed", True)):
        collection = client["bench_floor"][name]
        if indexed:
            await collection.create_index("about")
        began = time.perf_counter()
        for start in range(0, len(kept), LINES_PER_COMMIT):
            await collection.insert_many([dict(row) for row in kept[start : start + LINES_PER_COMMIT]])
        found[name] = len(kept) / (time.perf_counter() - began)
    client.close()
    return {
        "batch_per_second": round(ours),
        "batch_floor_per_second": round(found["bare"]),
        "batch_floor_with_its_index_per_second": round(found["indexed"]),
        "batch_ratio": round(ours / found["bare"], 2),
        "batch_ratio_with_its_index": round(ours / found["indexed"], 2),
    }


async def look_up_ms(bench: Bench, count: int = 500) -> float:
    """The median service time of a look-up, one after the other."""
    random = Random(9)  # noqa: S311 - chooses letters
    references = [letter_reference(random.randrange(bench.letters), KEY) for _ in range(count)]
    requests = [request("GET", f"/v1/letters/{reference}", bench.key) for reference in references]
    await flat_out(bench.port, requests[:50], 1, 200)
    return statistics.median((await flat_out(bench.port, requests, 1, 200)).took) * 1_000


async def find_ms(bench: Bench, count: int = 200) -> float:
    """The median of finding one letter with the driver and nothing else: what a look-up cannot be faster than."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(bench.mongo_url)
    took = []
    for number in range(count):
        began = time.perf_counter()
        await client[bench.database]["letters"].find_one({"_id": letter_reference(number, KEY)})
        took.append(time.perf_counter() - began)
    client.close()
    return statistics.median(took) * 1_000


async def much(bench: Bench, contacts: int) -> Figures:
    """A campaign that many get in touch about is as fast to look up as any, and takes no more memory."""
    before, small = await look_up_ms(bench), bench.memory()
    for number in range(0, contacts, 50_000):
        await stream(bench, min(50_000, contacts - number), 100 + number)
    after, large = await look_up_ms(bench), bench.memory()
    return {
        "letters": bench.letters,
        "contacts": contacts,
        "find_one_median_ms": round(await find_ms(bench), 2),
        "look_up_median_ms": round(before, 2),
        "look_up_median_ms_after": round(after, 2),
        "memory_mb": round(small),
        "memory_mb_after": round(large),
    }


async def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--letters", type=int, default=300_000)
    parser.add_argument("--contacts", type=int, default=250_000)
    parser.add_argument("--singles", type=int, default=4_000)
    parser.add_argument("--batch", type=int, default=20_000)
    parser.add_argument("--json", action="store_true", help="one object, on the last line")
    chosen = parser.parse_args()
    figures: Figures = {}
    async with running(chosen.letters) as bench:
        figures |= await singles(bench, chosen.singles)
        figures |= await batches(bench, chosen.batch)
        if chosen.contacts:
            figures |= await much(bench, chosen.contacts)
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):45} {value}")
    if chosen.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    asyncio.run(main())
