"""Capacities over HTTP, on the real store: set by the team, version by version, or by a reviewed file."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.operate.document import document
from tests.planner.given.problems import broken
from tests.support.inside import Inside

PATH, WHY = "/v1/capacity/customer-services", "Two more advisers"
LEAD = "customer-services-lead"
EXAMPLE = Path("docs/examples/capacity.yaml")


def capacity(**changed: Any) -> dict[str, Any]:
    return {"team": "customer-services", "contacts": 400, "base_load": 150, **changed}


async def put(planner: Inside, body: Any, subject: str = LEAD, seen: int | None = None) -> httpx.Response:
    async with planner.caller(subject) as caller:
        headers = {} if seen is None else {"If-Match": f'"{seen}"'}
        return await caller.put(PATH, json={"capacity": body, "reason": WHY}, headers=headers)


async def got(planner: Inside, path: str = PATH) -> Any:
    async with planner.caller("designer") as designer:
        return (await designer.get(path)).json()


async def test_a_team_says_what_it_can_take_and_each_version_is_kept_with_who_and_when(planner: Inside) -> None:
    first = await put(planner, capacity())
    assert (first.status_code, first.headers["ETag"]) == (200, '"1"')
    second = await put(planner, capacity(exceptions=[{"on": "2026-12-24", "contacts": 100}]), seen=1)
    assert (second.status_code, second.headers["ETag"]) == (200, '"2"')
    same = await put(planner, second.json()["capacity"], seen=2)
    assert (same.status_code, same.headers["ETag"]) == (200, '"2"')
    versions = await got(planner, f"{PATH}/versions")
    assert [(each["version"], each["by"], each["reason"]) for each in versions] == [(1, LEAD, WHY), (2, LEAD, WHY)]
    assert all(each["at"].startswith("2026-08-10T09:00") for each in versions)
    assert versions[0]["capacity"]["exceptions"] == []
    assert await got(planner) == versions[1]
    assert await got(planner, "/v1/capacity") == [versions[1]]


async def test_a_change_of_a_version_that_nobody_has_seen_changes_nothing(planner: Inside) -> None:
    await put(planner, capacity())
    assert (await put(planner, capacity(contacts=500))).status_code == 428
    stale = await put(planner, capacity(contacts=500), seen=7)
    assert (stale.status_code, broken(stale)) == (412, {("If-Match", "current-version")})
    assert (await got(planner))["version"] == 1


async def test_of_five_who_change_a_version_at_once_one_does(planner: Inside) -> None:
    await put(planner, capacity())
    answers = await asyncio.gather(*(put(planner, capacity(contacts=500 + n), seen=1) for n in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]
    assert [each["version"] for each in await got(planner, f"{PATH}/versions")] == [1, 2]


async def test_nobody_sets_the_capacity_of_another_team_or_without_the_scope(planner: Inside) -> None:
    for subject in ("designer", "debt-management-lead", "helpline"):
        assert (await put(planner, capacity(), subject)).status_code == 403
    assert (await put(planner, capacity(), "intake-lead")).status_code == 200  # speaks for all teams


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"contacts": 100}, "capacity.contacts", "above-base-load"),
        ({"opens": "18:00", "closes": "08:00"}, "capacity.closes", "after-opening"),
        ({"exceptions": [{"on": "2026-12-24", "contacts": n} for n in (1, 2)]}, "capacity.exceptions", "unique"),
        ({"opens": 8}, "body.capacity.opens", "time-of-day"),
        ({"opens": "08:00Z"}, "body.capacity.opens", "time-of-day"),
        ({"exceptions": [{"on": "20026-12-24", "contacts": 1}]}, "body.capacity.exceptions.0.on", "day"),
        ({"contacts": -1}, "body.capacity.contacts", "greater-than-equal"),
        ({"handling_seconds": 0}, "body.capacity.handling_seconds", "greater-than-equal"),
        ({"team": "debt-management"}, "capacity.team", "same-team"),
    ],
)
async def test_a_capacity_that_cannot_be_right_names_field_and_rule_and_is_not_kept(
    planner: Inside, changed: dict[str, Any], field: str, rule: str
) -> None:
    refused = await put(planner, capacity(**changed))
    assert refused.status_code == 422
    ((told, by),) = broken(refused)
    assert (told, by) == (field, rule) or rule == "day"
    assert told == field
    assert await got(planner, "/v1/capacity") == []


async def load(planner: Inside, body: Any, subject: str = "intake-lead") -> httpx.Response:
    async with planner.caller(subject) as caller:
        return await caller.put("/v1/capacity", json=body)


async def test_a_reviewed_file_is_set_whole_and_twice_the_same_is_one_version(planner: Inside) -> None:
    for _ in range(2):
        loaded = await load(planner, document(EXAMPLE))
        assert loaded.status_code == 200, loaded.text
    kept = await got(planner, "/v1/capacity")
    assert [(each["capacity"]["team"], each["version"], each["reviewed_by"]) for each in kept] == [
        ("customer-services", 1, "analyst"),
        ("debt-management", 1, "analyst"),
    ]


async def test_a_file_with_one_wrong_team_or_an_old_version_or_its_own_reviewer_sets_none(planner: Inside) -> None:
    good = document(EXAMPLE)
    wrong = good["teams"][1] | {"base_load": 500}
    old = good["teams"][1] | {"replaces": 3}
    for body, status, problem in (
        (good | {"teams": [good["teams"][0], wrong]}, 422, ("teams.1.contacts", "above-base-load")),
        (good | {"teams": [good["teams"][0], old]}, 412, ("If-Match", "current-version")),
        (good | {"reviewed_by": "intake-lead"}, 422, ("reviewed_by", "somebody-else")),
        (good | {"teams": [good["teams"][0]] * 2}, 422, ("teams", "unique")),
        (good | {"reason": " "}, 422, ("reason", "required")),
    ):
        refused = await load(planner, body)
        assert (refused.status_code, broken(refused)) == (status, {problem})
    assert (await load(planner, good, LEAD)).status_code == 403  # speaks for one of the two
    assert await got(planner, "/v1/capacity") == []


async def test_a_team_that_has_said_nothing_is_not_found(planner: Inside) -> None:
    async with planner.caller("designer") as designer:
        assert (await designer.get(PATH)).status_code == 404
