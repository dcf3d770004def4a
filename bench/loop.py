"""How long a campaign goes on after the contact that tips the balance, on the whole stack.

    python -m bench.loop [--tips 20] [--customers 120000] [--rate 500] [--minutes 12] [--json]

A campaign is being printed while contacts about another one come in, `--rate` a second. Its own contacts come up to one
below what the watch takes for too many; then the one that tips the balance is reported. Measured is the time from that
report until the last chunk is said to be issued, by a watcher on the broker, and until the excursion and the pause are
said. Where no chunk goes out after the report, its last chunk counts as 0 s. A person lets the campaign go on, a new
forecast ends the excursion, and it begins again. Beside it the floor: as many commits said one after another, by the
same store and broker under the same contacts, with nothing in between; the ratio is that of the pause.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from math import log
from random import Random
from statistics import median
from typing import Any

from bench.loop_floor import floor
from bench.loop_stack import EXCEEDED, PAUSED, RECOVERED, Hangs, LoopStack, running
from deploy.local.errors import StackError
from services.intake.contacts.expected import rule_of
from services.intake.contacts.watch import evidence
from shared.contracts import ContactVolumeForecast

QUIET_SECONDS = 5.0
"""Seconds after the pause and after the last chunk in which no other one is issued."""
ROOM = 6
"""Contacts from one recovery to the next excursion."""
HOPS = 5
"""Commits that are said one after another: contact, excursion, pause, decision in dispatcher, last chunk."""
FLOWING = 2
"""Chunks that are issued before the balance tips."""
RHYTHM_SECONDS = 2.0
"""The balance tips at a random moment of so many seconds, since chunks go out two by two."""


@dataclass
class Tips:
    """Seconds since the contact that tips the balance, of each excursion."""

    exceeded: list[float] = field(default_factory=list)
    paused: list[float] = field(default_factory=list)
    last_chunk: list[float] = field(default_factory=list)

    def latest(self) -> str:
        return (
            f"said after {self.exceeded[-1]:.2f} s, paused after {self.paused[-1]:.2f} s, "
            f"the last chunk after {self.last_chunk[-1]:.2f} s"
        )

    def figures(self) -> dict[str, float | int]:
        found: dict[str, float | int] = {"tips": len(self.last_chunk)}
        for name, seconds in (("", self.last_chunk), ("exceeded_", self.exceeded), ("paused_", self.paused)):
            found |= {f"{name}p50_s": round(median(seconds), 3), f"{name}p99_s": round(_percentile(seconds, 0.99), 3)}
        return found


def _percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def tipping(forecast: ContactVolumeForecast) -> int:
    """The number of contacts at which the watch says that there are too many."""
    rule, expected = rule_of(forecast), forecast.days[0].hundredths / 100
    count = int(expected)
    while evidence(count, expected, rule.ratio, rule.day_noise) < _limit(forecast):
        count += 1
    return count


def _limit(forecast: ContactVolumeForecast) -> float:
    return log(rule_of(forecast).false_alarm_days)


def expecting(stack: LoopStack, number: int) -> ContactVolumeForecast:
    """The forecast by which `ROOM` more contacts than there are tip the balance."""
    low, high = 1, 100 * (stack.contacts + ROOM)  # a day on which nothing is expected is not judged
    while low < high:
        middle = (low + high) // 2
        if tipping(stack.forecast(number, middle)) < stack.contacts + ROOM:
            low = middle + 1
        else:
            high = middle
    return stack.forecast(number, low)


async def warm_up(stack: LoopStack) -> None:
    """The first excursion, before the first chunk is printed: it is not measured."""
    forecast = expecting(stack, 1)
    await stack.say(forecast)
    await asyncio.gather(*(stack.report() for _ in range(tipping(forecast))))
    await stack.heard(PAUSED, 1)
    stack.begin()


async def tip(stack: LoopStack, number: int, tips: Tips) -> None:
    """One excursion: all contacts but the last come while nothing is issued, the last one while chunks are."""
    forecast = expecting(stack, number)
    await stack.say(forecast)
    await stack.heard(RECOVERED, number - 1)
    while stack.contacts < tipping(forecast) - 1:
        await stack.report()
    flowing = len(stack.chunks)
    await stack.go_on()
    await stack.until(lambda: len(stack.chunks) >= flowing + FLOWING, "chunks to be issued")
    await asyncio.sleep(Random(number).uniform(0, RHYTHM_SECONDS))  # noqa: S311 - chooses a moment
    began = time.perf_counter()
    await stack.report()
    await stack.heard(PAUSED, number)
    tips.exceeded.append(stack.last[EXCEEDED] - began)
    tips.paused.append(stack.last[PAUSED] - began)
    await stack.until(lambda: _quiet(stack), "the last chunk")
    stack.expect_letters_left()
    tips.last_chunk.append(max(0.0, stack.chunks[-1] - began))


def _quiet(stack: LoopStack) -> bool:
    return time.perf_counter() - max(stack.chunks[-1], stack.last[PAUSED]) > QUIET_SECONDS


async def measure(tips: int, customers: int, rate: int) -> dict[str, Any]:
    measured = Tips()
    async with running(customers) as stack:
        crowd = asyncio.create_task(stack.crowd(rate))
        await warm_up(stack)
        stack.count_anew()
        for number in range(2, tips + 2):
            await tip(stack, number, measured)
            print(f"excursion {number - 1}: {measured.latest()}", flush=True)
        reached = stack.reported_per_second()
        chain = await floor(stack.amqp_url, stack.mongo_url, HOPS, tips)
        if crowd.done():
            crowd.result()
        crowd.cancel()
    slowest = _percentile(chain, 0.99)
    return {
        **measured.figures(),
        "contacts_per_second": round(reached),
        "floor_p50_s": round(median(chain), 3),
        "floor_p99_s": round(slowest, 3),
        "ratio_to_floor": round(median(measured.paused) / median(chain), 1),
    }


async def within(minutes: float, work: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """Returns what comes of `work`. Raises `Hangs` after so many minutes, whatever it waits for."""
    try:
        async with asyncio.timeout(60 * minutes):
            return await work
    except TimeoutError as error:
        raise Hangs(f"not at its end after {minutes:g} minutes") from error


async def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tips", type=int, default=20)
    parser.add_argument("--customers", type=int, default=120_000)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=12, help="it fails when it takes longer")
    parser.add_argument("--json", action="store_true", help="one object, on the last line")
    chosen = parser.parse_args()
    try:
        figures = await within(chosen.minutes, measure(chosen.tips, chosen.customers, chosen.rate))
    except (Hangs, StackError) as error:
        sys.exit(f"bench.loop: {error}")
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):30} {value}")
    if chosen.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    asyncio.run(main())
