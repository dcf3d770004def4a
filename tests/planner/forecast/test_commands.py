"""`otm capacity`, `otm forecast` and the re-fits of `otm campaign`, typed against planner on a socket."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.local.cli import app
from tests.planner.given.people import People
from tests.planner.given.volumes import ASSUMED, DAYS, came, noon, waves, went_out
from tests.support.inside import Inside

Otm = Callable[..., Awaitable[str]]
ONE = "OTM-26-0001"
TERMINAL_COLUMNS = 80


@pytest.fixture
async def otm(planner: Inside) -> AsyncIterator[Otm]:
    async with planner.listening() as url:

        async def run(subject: str, *words: object, code: int = 0) -> str:
            key = planner.key(subject)["Authorization"].removeprefix("Bearer ")
            given = {"OTM_PLANNER_URL": url, "OTM_KEY": key, "COLUMNS": "250"}
            done = await asyncio.to_thread(CliRunner().invoke, app, [str(word) for word in words], env=given)
            assert done.exit_code == code, done.output
            lines = done.output.splitlines(keepends=True)
            return "".join(line for line in lines if not line.startswith("[info"))  # the service logs here as well

        yield run


async def test_a_team_sets_its_capacity_word_by_word_and_a_file_sets_several(otm: Otm) -> None:
    lead = ("customer-services-lead", "capacity", "set", "customer-services")
    first = await otm(*lead, "contacts=300", "opens=08:30", "2026-12-24=100", "--reason", "The rota", "--json")
    assert json.loads(first)[0]["capacity"]["opens"] == "08:30:00"
    await otm(*lead, "base-load=100", "--reason", "Other work")
    (kept,) = json.loads(await otm("designer", "capacity", "show", "customer-services", "--json"))
    assert (kept["version"], kept["capacity"]["contacts"], kept["capacity"]["base_load"]) == (2, 300, 100)
    assert kept["capacity"]["exceptions"] == [{"on": "2026-12-24", "contacts": 100}]
    assert "above-base-load" in await otm(*lead, "contacts=50", "--reason", "So", code=1)
    assert "write it as contacts=400" in await otm(*lead, "contacts", "--reason", "So", code=1)
    shown = await otm("intake-lead", "capacity", "load", Path("docs/examples/capacity.yaml"))
    assert "open 08:00 to 18:00" in shown
    assert len(json.loads(await otm("designer", "capacity", "show", "customer-services", "--versions", "--json"))) == 3


async def test_a_campaign_is_forecast_compared_re_fitted_and_its_proposal_declined(
    otm: Otm, planner: Inside, people: People, tmp_path: Path
) -> None:
    await people.live(schedule=waves(2_000, 9_000, 9_000), contact_assumptions=ASSUMED, daily_limit=20_000)
    shown = await otm("designer", "forecast", "show", ONE)
    assert "debt-management has not said its capacity" in shown
    assert "debt management, week of" in shown
    days = [line for line in shown.splitlines() if re.match(r"(Mon|Tue|Wed|Thu|Fri) \d+ \w{3} \d{4} ", line)]
    assert days, "whole dates"
    assert max(map(len, days)) <= TERMINAL_COLUMNS
    proposed = json.loads(await otm("designer", "forecast", "schedule", ONE, "--json"))
    assert sum(wave["size"] for wave in proposed["waves"]) == pytest.approx(20_000, abs=2)
    runs = [json.loads(await otm("designer", "forecast", "simulate", ONE, "--truth", n, "--json")) for n in (1, 2, 2)]
    once, twice, again = (sum(day["contacts"] for day in run) for run in runs)
    assert once * 1.7 < twice == again
    other = tmp_path / "waves.yaml"
    other.write_text("waves:\n" + "".join(f"  - {{on: {w['on']}, size: {w['size']}}}\n" for w in waves(10_000, 10_000)))
    assert "last wave" in await otm("designer", "forecast", "compare", ONE, other)
    await went_out(planner, 2_000)
    for day, contacts in zip(DAYS[4:8], (30, 45, 60, 60), strict=True):
        await came(planner, day, contacts)
    planner.move_clock(noon(DAYS[8]))
    assert "letters instead" in await otm("designer", "forecast", "refit", ONE)
    assert "letters instead of 9,000" in await otm("designer", "campaign", "propose-refit", ONE)
    waiting = await otm("approver", "campaign", "waiting")
    assert "What notices ask is not shown" in waiting, "only planner answers here"
    assert "decide about proposal 1" in waiting
    assert "is live" in await otm("designer", "campaign", "decline-refit", ONE, 1, "--reason", "A newspaper")
    assert "decide about" not in await otm("designer", "campaign", "waiting")
    assert "1: declined by designer" in await otm("designer", "campaign", "refits", ONE)
    assert "no campaign of this kind" in await otm("designer", "forecast", "suggest", ONE)
