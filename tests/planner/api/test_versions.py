"""Versions over HTTP: every change is made on the version that its author has seen, and can be read afterwards."""

import asyncio

import pytest

from services.planner.plan import plan as rules
from tests.planner.given.people import REASON, People
from tests.planner.given.plans import GATES, LAUNCH, plan
from tests.support.inside import Inside


async def test_every_change_can_be_read_with_its_author_its_time_and_its_reason(people: People) -> None:
    await people.live()
    history = await people.read("/history")
    assert [entry["version"] for entry in history] == sorted(entry["version"] for entry in history)
    assert history[-1]["step"] == "launch"
    assert all(entry["by"] and entry["at"] for entry in history)
    assert [entry["reason"] for entry in history if entry["step"] == "pass-gate"] == [REASON["reason"]] * len(GATES)
    (tone,) = await people.read("/history?about=communications-tone")
    assert tone["by"] == "communications-tone-lead"


async def test_a_change_of_an_older_version_is_refused(people: People) -> None:
    await people.draft()
    stale = await people.do("designer", "PUT", "/plan", {"plan": plan(title="Mine")}, seen='"7"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    assert stale.json()["problems"] == [{"field": "If-Match", "rule": "current-version", "message": "1"}]
    blind = await (await people.by("designer")).put(f"{people.campaign}/plan", json={"plan": plan()})
    assert (blind.status_code, blind.json()["code"]) == (428, "precondition-required")
    assert (await people.read())["version"] == 1
    assert (await people.do("designer", "PUT", "/plan", {"plan": plan(title="Mine")}, seen='W/"1"')).status_code == 200


@pytest.mark.parametrize("tag", ["*", '""', "three", '"٣"', '"-1"', f'"{"9" * 5000}"'])
async def test_an_if_match_that_is_no_version_is_refused(planner: Inside, people: People, tag: str) -> None:
    await people.draft()
    designer = await people.by("designer")
    answer = await designer.post(f"{people.campaign}/submission", headers={b"If-Match": tag.encode()})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "If-Match"


async def test_one_of_several_simultaneous_decisions_is_taken(planner: Inside, people: People) -> None:
    await people.draft()
    await people.answer()
    designer = await people.by("designer")
    answers = await asyncio.gather(*(designer.post(f"{people.campaign}/submission") for _ in range(4)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {409, 412}
    assert await people.said() == ["campaign.submitted"]


async def test_a_plan_can_be_read_after_its_launch_became_a_bank_holiday(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.draft()
    monkeypatch.setattr(rules, "is_working_day", lambda day: day != LAUNCH)
    designer = await people.by("designer")
    assert (await designer.get(people.campaign)).status_code == 200
    assert len((await designer.get("/v1/campaigns?state=draft")).json()) == 1
    assert (await designer.post("/v1/campaigns", json=plan())).status_code == 422  # a new one is another matter
