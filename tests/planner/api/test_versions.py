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


async def test_whoever_has_not_seen_the_latest_version_changes_nothing(people: People) -> None:
    await people.draft()
    stale = await people.do("designer", "PUT", "/plan", {"plan": plan(title="Mine")}, seen='"7"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    assert stale.json()["problems"] == [{"field": "If-Match", "rule": "current-version", "message": "1"}]
    blind = await (await people.by("designer")).put(f"{people.campaign}/plan", json={"plan": plan()})
    assert (blind.status_code, blind.json()["code"]) == (428, "precondition-required")
    assert (await people.read())["version"] == 1
    assert (await people.do("designer", "PUT", "/plan", {"plan": plan(title="Mine")}, seen='W/"1"')).status_code == 200


@pytest.mark.parametrize("tag", ["*", '""', "three", '"٣"', '"-1"', f'"{"9" * 5000}"'])
async def test_what_is_no_version_is_refused(planner: Inside, people: People, tag: str) -> None:
    await people.draft()
    designer = await people.by("designer")
    answer = await designer.post(f"{people.campaign}/submission", headers={b"If-Match": tag.encode()})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "If-Match"


async def test_of_two_who_decide_at_the_same_time_one_is_told_to_look_again(planner: Inside, people: People) -> None:
    await people.draft()
    await people.answer()
    designer = await people.by("designer")
    answers = await asyncio.gather(*(designer.post(f"{people.campaign}/submission") for _ in range(4)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {409, 412}
    assert await people.said() == ["campaign.submitted"]


async def test_what_was_planned_can_be_read_when_its_launch_has_become_a_bank_holiday(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.draft()
    monkeypatch.setattr(rules, "is_working_day", lambda day: day != LAUNCH)
    designer = await people.by("designer")
    assert (await designer.get(people.campaign)).status_code == 200
    assert len((await designer.get("/v1/campaigns?state=draft")).json()) == 1
    assert (await designer.post("/v1/campaigns", json=plan())).status_code == 422  # a new one is another matter
