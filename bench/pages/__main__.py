"""Measures every page of all four services: the time that it takes, and its weight.

`python -m bench.pages --json` brings up the whole stack with many campaigns and communications, and lists its pages by
following every link, persona after persona: one address for each kind of page, in each state of a campaign; what stands
in the navigation, for everybody who has it there. All pages are then asked for in turn, several times. The floor is a
page with nothing on it but the look, asked for in each turn.
"""

import argparse
import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from statistics import median
from typing import Any

import httpx

from bench.pages.campaigns import GATES
from bench.pages.crawl import Addresses, Page, Walker
from bench.pages.filling import Filled
from bench.pages.letters import reference
from bench.pages.site import link_in_a_mail, running
from services.dispatcher.api import router as dispatcher
from services.intake.api import router as intake
from services.notifier.api import router as notifier
from services.planner.api import router as planner
from shared.running.settings import SiteSettings
from shared.web.site.navigation import places_for
from shared.web.site.roles import Roles, load_roles, person

HTML = {"Accept": "text/html"}
ROUNDS = 7
MOST_MS, MOST_BYTES = 100, 200_000
FLOOR = "/signed-out"
STRANGER, PROGRAMMER = "nobody", "programmer"
ROUTERS = {"planner": planner, "dispatcher": dispatcher, "intake": intake, "notifier": notifier}


async def measure(campaigns: int, communications: int, rounds: int) -> dict[str, Any]:
    roles = load_roles(SiteSettings().roles_file)
    async with running(campaigns, communications) as site, AsyncExitStack() as stack:
        addresses = Addresses(
            site.urls, ROUTERS, {name: state for state, all_ in site.references.items() for name in all_}
        )
        with site.timed("a first look at every page"):
            walkers = [walker async for walker in _walked(addresses, site, roles, stack)]
        with site.timed(f"{rounds} rounds"):
            times, floor = await _rounds(walkers, rounds)
    return {
        "campaigns": campaigns,
        "communications": communications,
        "seconds": site.took,
        "floor_ms": round(floor, 2),
        **_told(times, floor),
        "dead": [each for walker in walkers for each in walker.dead],
        "not_linked": addresses.not_among([page.kind for page in times]),
    }


async def _walked(addresses: Addresses, site: Filled, roles: Roles, stack: AsyncExitStack) -> AsyncIterator[Walker]:
    """Yields everybody who looked at all that is theirs: each persona, a stranger, and programmers at each service."""
    beginnings, known = _beginnings(site), set[str]()
    for role in (*roles, STRANGER):
        client = await stack.enter_async_context(httpx.AsyncClient(headers=HTML, timeout=60))
        walker = Walker(addresses, client, role, known)
        if role in roles:
            await walker.sign_in()
            places = [place.path for place in places_for(person(role, (role,), None, roles))]
            await walker.walk([roles[role].home, *places, "/session", *beginnings.get(role, ())])
        else:
            await walker.walk(beginnings[STRANGER])
        yield walker
    for service in site.urls:
        client = await stack.enter_async_context(httpx.AsyncClient(headers=HTML, timeout=60))
        walker = Walker(addresses, client, f"{PROGRAMMER} at {service}", set(), service)
        await walker.walk(["/docs"])
        yield walker


def _beginnings(site: Filled) -> dict[str, list[str]]:
    """Returns addresses that no link leads to: behind forms, of parts that answer while one types, and in mails."""
    draft, submitted = site.references["draft"][0], site.references["submitted"][0]
    trial = "counts=disclosed&days=30&expected=5%25&smallest=2%25&power=80%25&comparisons=against-control"
    return {
        "call-handler": [f"/desk/letters/{reference(0)}", "/desk/unknown"],
        "designer": [f"/campaigns/{draft}/waves/answer?daily=6,000", f"/campaigns/{draft}/trial/design/answer?{trial}"],
        f"{GATES[0]}-lead": [f"/waiting/{submitted}/{GATES[0]}/version/1"],
        STRANGER: ["/sign-in", FLOOR, link_in_a_mail(site)],
    }


async def _rounds(walkers: Sequence[Walker], rounds: int) -> tuple[dict[Page, float], float]:
    """Returns the median milliseconds of each page, and of the floor."""
    times: dict[Page, list[float]] = {page: [] for walker in walkers for page in walker.pages.values()}
    floor: list[float] = []
    for _ in range(rounds):
        for walker in walkers:
            floor.append(await _timed(walker, FLOOR))
            for page in walker.pages.values():
                times[page].append(await _timed(walker, page.path))
    return {page: median(took) for page, took in times.items()}, median(floor)


async def _timed(walker: Walker, path: str) -> float:
    began = time.perf_counter()
    answer = await walker.get(path)
    took = (time.perf_counter() - began) * 1_000
    assert answer.status_code == httpx.codes.OK, (path, answer.status_code)
    return took


def _told(times: Mapping[Page, float], floor: float) -> dict[str, Any]:
    """Returns all pages, the slowest first."""
    told: list[dict[str, Any]] = [
        {"page": page.kind, "role": page.role, "ms": round(ms, 1), "ratio": round(ms / floor, 1), "bytes": page.weight}
        for page, ms in sorted(times.items(), key=lambda each: -each[1])
    ]
    return {
        "pages": len(told),
        "slowest": told[0],
        "heaviest": max(told, key=lambda each: each["bytes"]),
        "within": max(times.values()) <= MOST_MS and not any(_too_heavy(page) for page in times),
        "every_page": told,
    }


def _too_heavy(page: Page) -> bool:
    return page.weight > MOST_BYTES and not page.file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--campaigns", type=int, default=100)
    parser.add_argument("--communications", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="times that each page is asked for")
    parser.add_argument("--json", action="store_true", help="one object, on the last line")
    chosen = parser.parse_args()
    found = asyncio.run(measure(chosen.campaigns, chosen.communications, chosen.rounds))
    seen = set[str]()
    for each in found["every_page"]:
        if each["page"] not in seen:
            seen.add(each["page"])
            speed = f"{each['ms']:>7.1f} ms {each['ratio']:>6.1f} x floor"
            print(f"{speed} {each['bytes']:>9,} bytes   {each['page']}   {each['role']}")
    print(
        f"floor {found['floor_ms']} ms; {found['pages']} pages, of {len(seen)} kinds; not linked: {found['not_linked']}"
    )
    print(f"dead: {found['dead']}")
    print(f"every page within {MOST_MS} ms at the median and {MOST_BYTES:,} bytes: {found['within']}")
    if chosen.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
