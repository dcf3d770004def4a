"""A trial on the real stack: an effect that was built in is found, and a broken allocation is stopped at the checks."""

import asyncio
import csv
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pymongo
import pytest

from deploy.local.demo.journey import Journey
from deploy.local.demo.people import population_csv
from deploy.local.demo.services import good, until
from deploy.local.operate.trials.analysis import same_numbers
from services.planner.evaluation.analysis import evaluate
from services.planner.evaluation.files.export import imported
from shared.clock import LONDON, today
from shared.working_days import add_working_days
from tests.support.ground import Ground
from tests.support.stage import Silent, Stage, stage

SMALL, LARGE = 1_500, 20_000
ACTING = {"control": 0.2, "plain": 0.2, "social-norm": 0.38}
"""The share of each arm that acts: the plain letter does nothing."""
HORIZON, MISTAKEN = 30, 20
SLOWLY = 300.0  # seconds
OUTCOME = {"code": "disclosed", "counts": ["disclosed"], "horizons": [HORIZON], "expected": 0.2}
ANALYSIS = {
    "outcomes": [OUTCOME],
    "primary": {"outcome": "disclosed", "horizon": HORIZON},
    "smallest_effect": 0.13,
    "clusters": {"mean_size": 1.1, "icc": 0.05},
}


@dataclass
class TrialJourney(Journey):
    """A campaign with a trial, from its plan to its published result."""

    running: Stage
    customers: int
    launched: date = field(init=False)

    def __post_init__(self) -> None:
        lines = list(population_csv(self.customers, seed=11))
        super().__init__(self.running.home, self.running.urls, lines, Silent(), SLOWLY, SLOWLY)
        self._rows = list(csv.DictReader(line.decode() for line in lines))

    async def write_to_everybody(self) -> None:
        self.launched = add_working_days(today(self._clock), 10)
        respond_by = add_working_days(self.launched, 22)
        one_day = {"daily_limit": self.customers, "analysis": ANALYSIS}
        await self._planning.draft(self.customers, self.launched, respond_by, **one_day)
        self.campaign = self._planning.campaign
        await self._planning.submit()
        await self._planning.pass_gates()
        await self.load_population()
        await self.wait_for_briefings()
        await self._planning.sign_off()
        await self._planning.launch()
        self._clock.shift_to(datetime.combine(self.launched, datetime.min.time().replace(hour=9), LONDON))
        await self.issuing.wave_out(1)

    def assigned(self) -> dict[str, str]:
        """Returns the arm of each randomised customer, by reference, from dispatcher's chunks."""
        with pymongo.MongoClient[dict[str, Any]](self.running.ground.mongo_url) as store:
            chunks = list(store[f"{self.running.database_prefix}otm_dispatcher"]["chunks"].find())
        arms = {row: arm for chunk in chunks for row, arm in zip(chunk["rows"], chunk["arms"], strict=True)}
        return {self._rows[row - 1]["customer_reference"]: arm for row, arm in arms.items()}

    async def report(self, name: str, acted: Mapping[str, date]) -> list[str]:
        """Sends outcomes in a file, and the same file again. Returns the ids of the outcomes."""
        lines = ["kind,customer_reference,campaign,outcome,on"]
        lines += [f"utr,{reference},{self.campaign},disclosed,{on}" for reference, on in acted.items()]
        headers = {"Content-Type": "text/csv", "Idempotency-Key": name}

        async def content() -> Any:
            yield "\n".join(lines).encode()

        for _ in range(2):
            answer = await self._clients.call(
                "analyst", "POST", "intake", "/v1/outcomes/file", stream=content, headers=headers
            )
            kept = [line for line in good(answer).text.splitlines() if '"status":201' in line]
            assert len(kept) == len(acted), answer.text[:500]
        return [line.partition('"outcome":"')[2][:36] for line in kept]

    async def correct(self, outcome: str, change: str, body: Mapping[str, Any]) -> None:
        good(await self._clients.call("analyst", "POST", "intake", f"/v1/outcomes/{outcome}/{change}", body=body))

    async def trial(self) -> dict[str, Any]:
        return dict(await self._clients.get("analyst", "planner", f"/v1/campaigns/{self.campaign}/trial"))

    async def heard(self, customers: int, outcomes: int) -> None:
        """Waits until planner knows so many customers who were dealt with, and so many of their outcomes."""

        def enough(found: dict[str, Any]) -> bool:
            data = found["data"] or {"dealt_with": 0, "outcomes": 0}
            return bool(data["dealt_with"] == customers and data["outcomes"] >= outcomes)

        await until(self.trial, enough, f"{customers} customers and {outcomes} outcomes to be heard", SLOWLY)

    async def ask(self, what: str) -> Any:
        path = f"/v1/campaigns/{self.campaign}/trial/{what}"
        return good(await self._clients.call("analyst", "POST", "planner", path, body={}))

    def go_to(self, days: int) -> None:
        self._clock.shift_to(self._clock.now() + timedelta(days=days))

    async def told_of_result(self) -> set[str]:
        notices = await until(
            self._clients.notices,
            lambda found: len([n for n in found if n["rule"] == "evaluation-published"]) > 1,
            "the result to be told",
            SLOWLY,
        )
        return {notice["team"] for notice in notices if notice["rule"] == "evaluation-published"}

    async def end(self) -> None:
        await self._clients.close()


def acting(assigned: Mapping[str, str], launched: date) -> dict[str, date]:
    """Returns who acts, and when: on the day of the letters or one of the thirty after it."""
    random = Random(8)
    return {
        reference: launched + timedelta(days=random.randrange(HORIZON + 1))
        for reference, arm in sorted(assigned.items())
        if random.random() < ACTING[arm]
    }


async def found_by_the_report(journey: TrialJourney) -> None:
    await journey.write_to_everybody()
    assigned = await asyncio.to_thread(journey.assigned)
    acted = acting(assigned, journey.launched)
    early = {reference: on for n, (reference, on) in enumerate(acted.items()) if n % 2}
    late = {reference: on for reference, on in acted.items() if reference not in early}
    mistaken = [r for r, arm in sorted(assigned.items()) if arm == "control" and r not in acted][:MISTAKEN]
    await journey.report("first", early)
    wrong = await journey.report("mistakes", dict.fromkeys(mistaken, journey.launched))
    await journey.heard(len(assigned), len(early) + MISTAKEN)
    assert (await journey.ask("analysis")).json()["result"]["peek"]
    journey.go_to(HORIZON + 5)
    await journey.report("late", late)
    for outcome in wrong[1:]:
        await journey.correct(outcome, "void", {"why": "wrong-customer"})
    too_late = {"outcome": "disclosed", "on": str(journey.launched + timedelta(days=HORIZON + 2)), "why": "wrong-day"}
    await journey.correct(wrong[0], "corrections", too_late)
    await journey.heard(len(assigned), len(acted) + MISTAKEN)

    async def corrected() -> dict[str, Any]:
        return dict((await journey.ask("analysis")).json())

    void = f"{MISTAKEN - 1} void"
    found = await until(corrected, lambda f: void in str(f["result"]["checks"]), "the corrections to be heard", SLOWLY)
    assert found["stands"], found["result"]["checks"]
    effects = {e["arm"]: e for e in found["result"]["effects"] if e["role"] == "primary" and e["kind"] == "assigned"}
    for arm, effect in effects.items():
        customers = sum(each == arm for each in assigned.values())
        assert effect["levels"][0] == pytest.approx(sum(assigned[r] == arm for r in acted) / customers, abs=0.03)
    assert effects["social-norm"]["shown"]
    assert effects["social-norm"]["low"] < 0.18 < effects["social-norm"]["high"]
    assert not effects["plain"]["shown"]
    packed = (await journey.ask("export")).content
    trial, look, before = imported(packed)
    assert same_numbers(evaluate(trial, look), before)
    assert before.model_dump(mode="json")["effects"] == found["result"]["effects"]
    assert any(check.code == "looked-at-early" and "by" not in check.code for check in before.checks)
    assert (await journey.ask("publication")).json()["said"]["stands"]
    assert await journey.told_of_result() == {"analysts", "design-community"}


@pytest.mark.long
async def test_a_built_in_effect_is_found_though_outcomes_come_late_twice_and_corrected(
    ground: Ground, amqp_url: str, tmp_path: Path
) -> None:
    async with stage(ground, amqp_url, tmp_path) as running:
        journey = TrialJourney(running, SMALL)
        try:
            await found_by_the_report(journey)
        finally:
            await journey.end()


@pytest.mark.long
async def test_a_built_in_effect_is_found_among_twenty_thousand(ground: Ground, amqp_url: str, tmp_path: Path) -> None:
    async with stage(ground, amqp_url, tmp_path) as running:
        journey = TrialJourney(running, LARGE)
        try:
            await found_by_the_report(journey)
        finally:
            await journey.end()


@pytest.mark.long
async def test_an_allocation_that_starves_an_arm_is_stopped_at_the_checks(
    ground: Ground, amqp_url: str, tmp_path: Path
) -> None:
    broken = {"dispatcher": [sys.executable, "-m", "tests.support.starving", "social-norm", "plain"]}
    async with stage(ground, amqp_url, tmp_path, commands=broken) as running:
        journey = TrialJourney(running, SMALL)
        try:
            await journey.write_to_everybody()
            assigned = await asyncio.to_thread(journey.assigned)
            acted = acting(assigned, journey.launched)
            await journey.report("all", acted)
            journey.go_to(HORIZON + 5)
            await journey.heard(len(assigned), len(acted))
            found = (await journey.ask("analysis")).json()
        finally:
            await journey.end()
    assert not found["stands"]
    assert "sample-ratio" in {c["code"] for c in found["result"]["checks"] if c["verdict"] == "fails"}
    assert "cannot tell" in found["result"]["conclusion"][0]
    assert "raised" not in " ".join(found["result"]["conclusion"])
