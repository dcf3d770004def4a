"""Figures that follow: the population, and the days after a pause; and who has to hear of them, or to agree again."""

from typing import Any

import pytest

from shared.contracts import CampaignResumed, FiguresChanged, PopulationLoaded, WaveStarted
from shared.contracts.base import Contract
from tests.planner.given.hearing import CAMPAIGN, handlers, heard
from tests.planner.given.people import REASON, People
from tests.planner.given.plans import later, plan
from tests.support.inside import Inside
from tests.support.samples import sample


async def loaded(planner: Inside, eligible: int) -> None:
    """The population, heard of twice."""
    said = sample(PopulationLoaded, campaign=CAMPAIGN, rows=25_000, eligible=eligible)
    for _ in range(2):
        await handlers(planner).note_population(heard(said))


async def last(planner: Inside, kind: type[Contract]) -> Any:
    found = [each for each in await planner.said() if each.type == kind.event_type]
    return kind.model_validate_json(found[-1].body) if found else None


async def central(people: People) -> int:
    return sum(day["central"] for day in (await people.read("/stakeholders"))["expected_contacts"])


@pytest.mark.parametrize(
    ("eligible", "told", "reopened"),
    [(24_600, False, False), (23_400, True, False), (26_900, True, False), (816, False, True), (30_000, False, True)],
)
async def test_a_population_informs_or_asks_again_by_how_far_it_is_from_the_plan(
    planner: Inside, people: People, eligible: int, told: bool, reopened: bool
) -> None:
    await people.approved()
    await people.sign_off()
    before = await people.read()
    await loaded(planner, eligible)
    now = await people.read()
    figures = await last(planner, FiguresChanged)
    assert (figures is not None, now["state"]) == (told, "submitted" if reopened else "approved")
    assert now["version"] == before["version"] + 1, "heard again, it changes nothing"
    assert now["plan"]["customers"] == (eligible if reopened else 25_000)
    assert not {"dispatcher", "somebody"} & set(now["contributors"])
    signed_off = {team["team"]: team["signed_off"] for team in (await people.read("/stakeholders"))["teams"]}
    assert signed_off["customer-services"] != reopened
    assert await central(people) == pytest.approx(eligible * 0.8 * 0.15, abs=1)
    if told:
        assert (figures.planned, figures.customers) == (25_000, eligible)
        assert sum(wave.size for wave in figures.waves) == round(eligible * 0.8)


async def test_a_population_far_from_the_plan_pauses_a_live_campaign_until_all_agree(
    planner: Inside, people: People
) -> None:
    await people.live()
    await loaded(planner, 12_000)
    assert (await people.read())["state"] == "paused"
    assert (await people.said())[-2:] == ["campaign.paused", "campaign.amended"]
    refused = await people.do("designer", "POST", "/resumption", REASON)
    assert refused.status_code == 422
    fields = {problem["field"] for problem in refused.json()["problems"]}
    assert {"gates.senior-agreement", "stakeholders.customer-services", "assessment.customers"} <= fields


async def test_a_plan_is_not_launched_with_other_customers_than_the_population_has(
    planner: Inside, people: People
) -> None:
    await people.approved()
    await loaded(planner, 12_000)
    await people.done("designer", "PUT", "/plan", {"plan": plan(), **REASON})
    problems = {(p["field"], p["rule"]) for p in (await people.read("/launch"))["problems"]}
    assert ("customers", "as-loaded") in problems


async def test_waves_by_hand_end_where_nobody_is_left(planner: Inside, people: People) -> None:
    schedule = [{"on": f"2026-09-{day:02d}", "size": 5_000} for day in (7, 8, 9, 10)]
    await people.approved(schedule=schedule, daily_limit=5_000)
    await loaded(planner, 9_000)
    waves = (await people.read())["plan"]["schedule"]
    assert [wave["size"] for wave in waves] == [5_000, 2_200]


async def started(planner: Inside, wave: int, on: str, communications: int = 6_667) -> None:
    said = sample(
        WaveStarted, campaign=CAMPAIGN, wave=wave, on=on, communications=communications, started_at=f"{on}T08:00:00Z"
    )
    await handlers(planner).note_wave(heard(said))


async def test_after_a_pause_waves_and_contacts_are_told_on_the_days_on_which_they_come(
    planner: Inside, people: People
) -> None:
    await people.live(daily_limit=6_667)
    planner.move_clock(later(28))  # the Monday of the launch
    await started(planner, 1, "2026-09-07")
    await people.done("designer", "POST", "/pause", REASON)
    planner.move_clock(later(36))  # the Tuesday after
    await people.done("designer", "POST", "/resumption", REASON)
    resumed = await last(planner, CampaignResumed)
    assert [(wave.number, str(wave.on)) for wave in resumed.waves] == [(2, "2026-09-15"), (3, "2026-09-16")]
    assert sum(day.central for day in resumed.expected_contacts) == 3_000
    waves = (await people.read("/forecast"))["waves"]
    assert [wave["on"] for wave in waves][-2:] == ["2026-09-15", "2026-09-16"]
    assert sum(wave["size"] for wave in waves) == 20_000


async def test_waves_that_are_too_late_are_agreed_again(planner: Inside, people: People) -> None:
    await people.live(daily_limit=6_667)
    planner.move_clock(later(28))
    await started(planner, 1, "2026-09-07")
    await people.done("designer", "POST", "/pause", REASON)
    planner.move_clock(later(44))  # Wednesday 23 September: eleven working days after the second wave's own
    refused = await people.do("designer", "POST", "/resumption", REASON)
    assert refused.status_code == 422
    assert [p["rule"] for p in refused.json()["problems"]] == ["late"]
    assert "11 working days later" in refused.json()["problems"][0]["message"]
    anew = [("2026-09-07", 6_667), ("2026-09-24", 6_667), ("2026-09-25", 6_666)]
    schedule = [{"on": on, "size": size} for on, size in anew]
    changed = plan(daily_limit=6_667, schedule=schedule)
    amended = await people.done("designer", "PUT", "/plan", {"plan": changed, **REASON})
    assert amended["state"] == "paused"
    missing = {p["field"] for p in (await people.read("/launch"))["problems"]}
    assert {"gates.affected-stakeholders", "stakeholders.customer-services"} <= missing
    assert "schedule" not in missing


@pytest.mark.parametrize("eligible", [0, 2])
async def test_of_a_population_of_nobody_nothing_is_planned_and_nothing_goes_out(
    planner: Inside, people: People, eligible: int
) -> None:
    await people.live()
    await loaded(planner, eligible)
    now = await people.read()
    assert (now["state"], now["plan"]["customers"], now["plan_version"]) == ("paused", 25_000, 1)
    refused = await people.do("designer", "POST", "/resumption", REASON)
    assert [problem["field"] for problem in refused.json()["problems"]] == ["customers"]
    await loaded(planner, 25_000)
    await people.done("designer", "POST", "/resumption", REASON)
