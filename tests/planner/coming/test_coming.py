"""Contacts to come to a team by week, of all live campaigns."""

from datetime import timedelta

import pytest

from services.planner.coming.weeks import coming_to
from services.planner.forecast.refits.standing import standing
from services.planner.plan.plan import Plan
from services.planner.steering.forecasts import Forecasts
from tests.planner.given.hearing import CAMPAIGN
from tests.planner.given.people import People
from tests.planner.given.plans import LAUNCH, plan
from tests.planner.given.volumes import ASSUMED, TAKERS, went_out
from tests.support.browsing import Browser
from tests.support.inside import Inside


def live(**changes: object) -> object:
    return standing(Plan.model_validate(plan(**changes)), [], [], None, LAUNCH)


def test_a_team_sees_what_it_takes_and_what_comes_to_it_in_the_end_week_by_week() -> None:
    takers = [
        {"reason": "help-to-act", "team": "customer-services", "share": 0.7},
        {"reason": "disclosure", "team": "customer-services", "share": 0.1},
        {"reason": "time-to-pay", "team": "debt-management", "share": 0.2},
    ]
    said = {"OTM-26-0001": live(contact_assumptions=ASSUMED | {"takers": takers}), "OTM-26-0002": live()}
    debt = coming_to("debt-management", said, LAUNCH)  # type: ignore[arg-type]
    assert (debt.campaigns, debt.silent) == (("OTM-26-0001",), ("OTM-26-0002",))
    assert debt.reasons == ["disclosure", "time-to-pay"]
    first = next(week for week in debt.weeks if week.central > 10)
    assert first.contacts["time-to-pay"] == pytest.approx(2 * first.contacts["disclosure"], abs=0.2)
    assert first.low < first.central < first.high
    assert all(week.begins.weekday() == 0 for week in debt.weeks)
    later = coming_to("debt-management", said, LAUNCH + timedelta(days=21))  # type: ignore[arg-type]
    assert later.weeks == tuple(week for week in debt.weeks if week.begins >= LAUNCH + timedelta(days=21))
    assert coming_to("customer-services", said, LAUNCH).reasons == ["any", "disclosure", "help-to-act"]  # type: ignore[arg-type]
    assert coming_to("disclosure-team", said, LAUNCH).reasons == ["disclosure"]  # type: ignore[arg-type]
    assert coming_to("extra-support", said, LAUNCH).weeks == ()  # type: ignore[arg-type]


async def test_each_team_has_the_page_and_none_sees_anothers(people: People, planner: Inside) -> None:
    await people.live(contact_assumptions=ASSUMED | {"takers": TAKERS})
    await went_out(planner, 2_000)
    async with Browser(planner.service) as adviser:
        await adviser.sign_in("debt-adviser", "/coming")
        page = await adviser.get("/coming")
        assert "Most are expected in the week from" in page.words
        assert "Time to pay" in page.words
        assert (await adviser.get("/coming?team=compliance")).status == 403
    async with Browser(planner.service) as officer:
        await officer.sign_in("disclosure-officer")
        page = await officer.get("/coming")
        assert "do not say which contacts come to your team: OTM-26-0001" in page.words
    async with Browser(planner.service) as designer:
        await designer.sign_in("designer")
        assert (await designer.get("/coming")).status == 403


async def test_a_launched_campaign_comes_to_helplines_before_anything_has_gone_out(
    people: People, planner: Inside
) -> None:
    await people.live()
    async with Browser(planner.service) as manager:
        await manager.sign_in("helpline-manager")
        page = await manager.get("/coming")
        assert "Most are expected in the week from" in page.words
        assert "All reasons" in page.words


async def test_what_goes_out_of_one_campaign_is_seen_at_once_and_counts_for_no_other(
    people: People, planner: Inside
) -> None:
    await people.live(contact_assumptions=ASSUMED | {"takers": TAKERS})
    forecasts = planner.part(Forecasts)
    before = await forecasts.live()
    await went_out(planner, 2_000)
    async with People(planner) as others:
        await others.live(regime="another")
    now = await forecasts.live()
    assert [sum(wave.size for wave in before[CAMPAIGN].out), sum(wave.size for wave in now[CAMPAIGN].out)] == [0, 2_000]
    assert (now["OTM-26-0002"].out, now["OTM-26-0002"].begun) == ((), ())
    assert (await forecasts.of("OTM-26-0002")).others == {CAMPAIGN: now[CAMPAIGN]}
