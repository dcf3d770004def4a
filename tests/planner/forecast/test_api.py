"""Forecasts over HTTP of a campaign that planner keeps, on the real store: by its plan, what went out and what came."""

from typing import Any

import pytest

from tests.planner.given.people import People
from tests.planner.given.plans import RESPOND_BY, plan
from tests.planner.given.problems import broken
from tests.planner.given.volumes import (
    ASSUMED,
    DAYS,
    LETTERS,
    RATE,
    RATES,
    TAKERS,
    came,
    has_room,
    noon,
    waves,
    went_out,
)
from tests.support.inside import Inside

HELPLINE = "self-assessment"
"""One of the helplines that the plan names."""


async def test_a_campaign_is_forecast_by_its_plan_beside_the_capacity_that_teams_have_said(
    planner: Inside, people: People
) -> None:
    await people.draft(contact_assumptions=ASSUMED, daily_limit=20_000)
    await has_room(planner, 150)
    found = await people.read("/forecast")
    assert found["report"]["total"][1] == pytest.approx(LETTERS * RATE["central"], rel=0.01)
    assert {day["team"] for day in found["report"]["days"]} == {"customer-services", "debt-management"}
    assert found["report"]["unpromised"] == ["debt-management"]
    assert found["cannot_promise"] == ["debt-management has not said its capacity: nothing can be promised for it"]
    assert all(day["left"] == 150 for day in found["report"]["days"] if day["team"] == "customer-services")
    weeks = found["report"]["debt"]
    assert sum(week["contacts"]["time-to-pay"] for week in weeks) == pytest.approx(
        0.2 * found["report"]["total"][1], rel=0.02
    )


async def test_a_plan_without_assumptions_or_capacity_is_forecast_and_says_what_it_cannot_promise(
    people: People,
) -> None:
    await people.draft()
    words = " ".join((await people.read("/forecast"))["cannot_promise"])
    for told in ("self-assessment has not said its capacity", "where it comes from", "which team takes which"):
        assert told in words


async def test_waves_given_by_hand_are_the_plans_waves_and_are_told_what_they_bring(people: People) -> None:
    await people.draft(schedule=waves(5_000, 15_000), contact_assumptions=ASSUMED, daily_limit=20_000)
    found = await people.read("/forecast")
    assert found["waves"] == waves(5_000, 15_000)
    moved = waves(10_000, 10_000)
    body = {"other": moved}
    compared = await people.done("designer", "POST", "/forecast/comparison", body)
    assert [compared[each]["communications"] for each in ("one", "other")] == [LETTERS, LETTERS]
    assert compared["one"]["peaks"] != compared["other"]["peaks"]


async def test_the_fastest_schedule_that_fits_is_proposed_and_one_that_does_not_fit_says_what_would(
    planner: Inside, people: People
) -> None:
    await people.draft(contact_assumptions=ASSUMED, daily_limit=20_000)
    await has_room(planner, 150)
    await has_room(planner, 400, "debt-management")
    found = await people.done("designer", "POST", "/forecast/schedule", {"scenario": "central"})
    assert sum(wave["size"] for wave in found["waves"]) == pytest.approx(LETTERS, abs=2)
    assert max(found["highest"].values()) <= 1
    brings = await people.done("designer", "POST", "/forecast/comparison", {"other": found["waves"]})
    assert brings["one"]["over_capacity"] > 0
    assert brings["other"]["over_capacity"] == 0
    tight = await people.done("designer", "POST", "/forecast/schedule", {"last_day": DAYS[1].isoformat()})
    assert tight["shortfall"]["fewer_letters"] > 0
    assert tight["shortfall"]["contacts_a_day"]["customer-services"] > 0
    assert (await people.read())["version"] == 1  # nothing was changed


async def test_contacts_of_every_live_campaign_count_for_a_team_that_they_share(
    planner: Inside, people: People
) -> None:
    await has_room(planner, 1_500, HELPLINE)
    await people.live()
    first = people.campaign
    alone = await people.read("/forecast")
    await people.draft(regime="vat")
    beside = await people.read("/forecast")
    assert (alone["beside"], beside["beside"]) == ([], [first.rsplit("/", 1)[1]])
    left = {day["on"]: day["left"] for day in beside["report"]["days"] if day["team"] == HELPLINE}
    taken = {day["on"]: day["central"] for day in alone["report"]["days"] if day["team"] == HELPLINE}
    assert len(left) > 30
    for on, room in left.items():
        assert room == pytest.approx(1_500 - taken[on], abs=1.1)
    async with planner.caller("designer") as designer:
        assert (await designer.get("/v1/debt-forecast")).json() == []  # that campaign says no reasons


async def test_what_really_went_out_and_came_is_forecast_and_re_fitted(planner: Inside, people: People) -> None:
    await people.draft(contact_assumptions=ASSUMED, daily_limit=20_000, schedule=waves(1_000, 19_000))
    await went_out(planner, 600)
    found = await people.read("/forecast")
    assert found["out"] == waves(600)
    assert found["waves"][0]["size"] == 600  # once, though it was heard twice; and none that did not go out
    for day in DAYS[4:8]:
        await came(planner, day, 12)
    planner.move_clock(noon(DAYS[8]))
    fit = await people.read("/forecast/refit")
    assert sum(rate["contacts"] for rate in fit["fit"]["rates"].values()) == 48
    (later,) = fit["waves"]
    assert later["size"] == 19_000
    assert later["now"] > 1.1 * later["planned"]
    assert later["letters"] == pytest.approx(later["size"] * later["planned"] / later["now"], rel=0.01)


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"contact_assumptions": {"rates": [r | {"rate": RATE | {"high": 1.2}} for r in RATES]}},
         "contact_assumptions.rates.0.rate.high", "share"),
        ({"contact_assumptions": {"rates": [r | {"rate": RATE | {"low": 0.9}} for r in RATES]}},
         "contact_assumptions.rates.0.rate", "ordered"),
        ({"contact_assumptions": {"rates": [r | {"rate": RATE | {"source": " "}} for r in RATES]}},
         "contact_assumptions.rates.0.rate.source", "required"),
        ({"contact_assumptions": {"rates": RATES[:1]}}, "contact_assumptions.rates", "every-arm"),
        ({"contact_assumptions": {"curve": [0.5, 0.4]}}, "contact_assumptions.curve", "whole"),
        ({"contact_assumptions": {"takers": TAKERS[:1]}}, "contact_assumptions.takers", "whole"),
        ({"contact_assumptions": {"bump": {"share": 0.2}}, "respond_by": None}, "respond_by", "required"),
        ({"schedule": waves(5_000)}, "schedule", "covers"),
        ({"schedule": [{"on": "2026-09-05", "size": 20_000}]}, "schedule.0.on", "working-day"),
        ({"schedule": waves(20_000, 30_000)}, "schedule.1.size", "within-daily-limit"),
        ({"schedule": [waves(1, 20_000)[1], *waves(20_000)]}, "schedule", "in-order"),
        ({"schedule": [*waves(20_000), {"on": RESPOND_BY.isoformat(), "size": 1}]}, "schedule", "before-respond-by"),
    ],
)  # fmt: skip
async def test_assumptions_and_waves_that_cannot_be_right_name_field_and_rule(
    people: People, changed: dict[str, Any], field: str, rule: str
) -> None:
    async with people.planner.caller("designer") as designer:
        refused = await designer.post("/v1/campaigns", json=plan(**({"daily_limit": 20_000} | changed)))
    assert refused.status_code == 422
    assert (field, rule) in broken(refused)


async def test_a_forecast_for_nobody_or_with_a_deadline_before_the_first_answer_names_field_and_rule(
    people: People,
) -> None:
    await people.draft(customers=None, launch=None)
    refused = await people.do("designer", "GET", "/forecast")
    assert (refused.status_code, broken(refused)) == (422, {("customers", "somebody"), ("launch", "required")})
    await people.draft(respond_by=DAYS[2].isoformat())
    refused = await people.do("designer", "GET", "/forecast")
    assert (refused.status_code, broken(refused)) == (422, {("respond_by", "after-first-answer")})
    refused = await people.do("designer", "POST", "/forecast/schedule", {})
    assert (refused.status_code, broken(refused)) == (422, {("respond_by", "after-first-answer")})
    refused = await people.do("designer", "GET", "/forecast/refit")
    assert (refused.status_code, broken(refused)) == (422, {("campaign", "issued")})
