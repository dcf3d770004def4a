"""Measures the time that each page takes at its service, with many campaigns and communications.

`python -m bench.pages --json` brings up a broker, a store, planner and intake. The floor is the sign-in page of
planner, asked for in the same run: a template, without the store.
"""

import argparse
import asyncio
import json
import re
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

import httpx

from bench.pages_site import GATES, Site, running
from shared.running.settings import SiteSettings
from shared.web.site.navigation import PLACES
from shared.web.site.roles import Roles, load_roles, person

HTML = {"Accept": "text/html"}
TIMES = 21
WARM = 3
MOST_MS = 100


def pages(site: Site, roles: Roles) -> Iterator[tuple[str, str, str]]:
    """Yields the service, role and address of each page: all of the navigation, and what lies below."""
    for role in roles:
        somebody = person(role, (role,), None, roles)
        places = [place for place in PLACES if place.service in site.urls and place.open_to(somebody)]
        yield from ((place.service, role, place.path) for place in places)
    draft, submitted, live = (site.references[state][0] for state in ("draft", "submitted", "live"))
    below = ("", "/check", "/letters", "/waves", "/assessment/risk")
    yield from (("planner", "designer", f"/campaigns/{draft}{path}") for path in below)
    yield from (("planner", "designer", f"/campaigns/{each}") for each in (submitted, live))
    yield "planner", f"{GATES[0]}-lead", f"/waiting/{submitted}/{GATES[0]}"
    yield "planner", "designer", "/session"
    yield "intake", "call-handler", f"/desk/letters/{site.letter(0)}"


async def measure(campaigns: int, communications: int) -> dict[str, Any]:
    roles = load_roles(SiteSettings().roles_file)
    async with running(campaigns, communications) as site:
        async with httpx.AsyncClient(base_url=site.urls["planner"], headers=HTML) as client:
            floor = await _median(client, "/sign-in")
        found: dict[tuple[str, str], float] = {}
        for service, role, path in dict.fromkeys(pages(site, roles)):
            ms = found[role, path] = await _as(site, service, role, path)
            print(f"{ms:>8.1f} ms  {ms / floor:>6.1f} x floor  {role:28} {path}", flush=True)
    told = [
        {"role": role, "page": path, "ms": round(ms, 1), "ratio": round(ms / floor, 1)}
        for (role, path), ms in sorted(found.items(), key=lambda each: -each[1])
    ]
    return {
        "campaigns": campaigns,
        "communications": communications,
        "floor_ms": round(floor, 2),
        "pages": told,
        "slowest_ms": told[0]["ms"],
        "slowest_ratio": told[0]["ratio"],
        "within_100_ms": max(found.values()) <= MOST_MS,
    }


async def _as(site: Site, service: str, role: str, path: str) -> float:
    """Returns the median time of a page for somebody who has signed in there, in milliseconds."""
    async with httpx.AsyncClient(base_url=site.urls[service], headers=HTML, timeout=60) as client:
        form = {"role": role, "to": "/"}
        entered = await client.post("/sign-in/persona", data=form)
        assert entered.status_code == httpx.codes.SEE_OTHER, entered.text
        return await _median(client, path)


async def _median(client: httpx.AsyncClient, path: str) -> float:
    took = []
    for _ in range(WARM + TIMES):
        began = time.perf_counter()
        answer = await client.get(path)
        took.append((time.perf_counter() - began) * 1_000)
        assert answer.status_code == httpx.codes.OK, (path, answer.status_code, re.sub("<[^>]*>", "", answer.text))
    return median(took[WARM:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--campaigns", type=int, default=100)
    parser.add_argument("--communications", type=int, default=300_000)
    parser.add_argument("--json", action="store_true", help="one object, on the last line")
    chosen = parser.parse_args()
    found = asyncio.run(measure(chosen.campaigns, chosen.communications))
    print(f"floor {found['floor_ms']} ms; every page within {MOST_MS} ms at the median: {found['within_100_ms']}")
    if chosen.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
