"""The pace of a campaign: its forecast follows a lower limit and a pause at once, and the watch hears of it."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.planner.forecast.schedule.pace import LONGEST_WAIT, Pace, going_out
from services.planner.plan.wave_size import WaveSize
from shared.contracts import CommunicationsIssued, ContactVolumeForecast
from shared.working_days import is_working_day
from tests.planner.given.hearing import CAMPAIGN, Said, handlers, heard
from tests.planner.given.people import REASON, People
from tests.planner.given.volumes import ARMS, ASSUMED, DAYS, LETTERS, noon, waves, went_out
from tests.support.inside import Inside
from tests.support.samples import sample

MONDAY = date(2026, 9, 7)
DAY = timedelta(days=1)


def planned(*sizes: int, first: date = MONDAY) -> list[WaveSize]:
    return [WaveSize(on=first + day * DAY, size=size) for day, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("pace", "rest", "ahead", "today", "goes"),
    [
        (Pace(), 0, planned(10, 20), MONDAY - 3 * DAY, planned(10, 20)),
        (Pace(5), 0, planned(10, 5), MONDAY, planned(5, 5, 5)),
        (Pace(5), 3, planned(4, first=MONDAY + DAY), MONDAY, planned(3, 4)),
        (Pace(paused=True), 7, planned(10, 20), MONDAY + DAY, planned(17, 20, first=MONDAY + 2 * DAY)),
        (Pace(), 0, planned(10, first=MONDAY), MONDAY - DAY, planned(10)),
    ],
    ids=["as planned", "slowed", "a rest first", "as if resumed tomorrow", "on a Sunday"],
)
def test_communications_go_out_by_the_pace(
    pace: Pace, rest: int, ahead: list[WaveSize], today: date, goes: list[WaveSize]
) -> None:
    assert list(going_out(pace, rest, ahead, today)) == goes


def test_what_went_out_today_counts_for_the_limit_of_today() -> None:
    assert list(going_out(Pace(5), 9, (), MONDAY, planned(3))) == planned(2, 5, 2)
    assert list(going_out(Pace(5), 9, (), MONDAY, planned(6))) == planned(5, 4, first=MONDAY + DAY)


@given(
    st.integers(0, 500),
    st.lists(st.integers(1, 300), max_size=6),
    st.integers(20, 400) | st.none(),
    st.booleans(),
    st.integers(-10, 10),
)
def test_all_goes_out_once_on_working_days_within_the_limit(
    rest: int, sizes: list[int], limit: int | None, paused: bool, shift: int
) -> None:
    today = MONDAY + shift * DAY
    ahead = [wave for wave in planned(*sizes) if is_working_day(wave.on)]
    goes = going_out(Pace(limit, paused), rest, ahead, today)
    assert sum(wave.size for wave in goes) == rest + sum(wave.size for wave in ahead)
    assert all(is_working_day(wave.on) and wave.on >= today for wave in goes)
    assert limit is None or max((wave.size for wave in goes), default=0) <= limit


def test_what_would_take_longer_than_anybody_waits_is_left_out() -> None:
    goes = going_out(Pace(1), 10_000, (), MONDAY)
    assert 250 < len(goes) < 300
    assert goes[-1].on <= MONDAY + LONGEST_WAIT


async def said_of_volumes(planner: Inside) -> list[dict[str, Any]]:
    kind = ContactVolumeForecast.event_type
    return [json.loads(event.body) for event in await planner.said() if event.type == kind]


async def test_a_slowed_campaign_is_forecast_by_its_limit_and_the_watch_hears_it_at_once(
    planner: Inside, people: People
) -> None:
    await people.live(schedule=waves(2_000, 9_000, 9_000), contact_assumptions=ASSUMED, daily_limit=20_000)
    await went_out(planner, 500, begun=2_000)
    planner.move_clock(noon(DAYS[0]))
    assert (await people.read("/forecast"))["waves"][0]["size"] == 500
    await people.done("designer", "PUT", "/daily-limit", {"daily_limit": 1_000, "reason": "The helpline is ill"})
    shown = (await people.read("/forecast"))["waves"]
    assert shown[0] == {"on": DAYS[0].isoformat(), "size": 1_000}
    assert max(wave["size"] for wave in shown) == 1_000
    assert sum(wave["size"] for wave in shown) == LETTERS
    (slowed,) = await said_of_volumes(planner)
    assert (slowed["waves"], slowed["communications"]) == (1, 2_000)
    await people.done("designer", "POST", "/pause", REASON)
    *_, paused = await said_of_volumes(planner)
    assert paused["communications"] == 500  # nothing more goes out before somebody lets it
    assert paused["revision"] > slowed["revision"]
    assert sum(day["hundredths"] for day in paused["days"]) < sum(day["hundredths"] for day in slowed["days"])
    shown = (await people.read("/forecast"))["waves"]
    assert [wave["on"] for wave in shown[:2]] == [DAYS[0].isoformat(), DAYS[1].isoformat()]


async def test_the_chunk_in_hand_at_a_pause_is_forecast_too(planner: Inside, people: People) -> None:
    await people.live(schedule=waves(2_000, 18_000), contact_assumptions=ASSUMED, daily_limit=20_000)
    await went_out(planner, 500, begun=2_000)
    await people.done("designer", "POST", "/pause", REASON)
    said = Said()
    letter = sample(CommunicationsIssued).communications[0].model_copy(update={"arm": ARMS[0]})
    last = sample(CommunicationsIssued, campaign=CAMPAIGN, communications=[letter] * 250, issued_at=noon(DAYS[0]))
    event = heard(last.model_copy(update={"chunk": 99}))
    await handlers(planner, said).note_issued(event)
    (forecast,) = said
    assert isinstance(forecast, ContactVolumeForecast)
    assert forecast.communications == 750
    await handlers(planner, said).note_issued(event)
    assert said[1] == forecast
    further = {"chunk": 100, "communications": last.communications[:1]}
    await handlers(planner).note_issued(heard(last.model_copy(update=further)))
    await handlers(planner, said).note_issued(event)
    assert said[2] != forecast
    same, again, other = said.causes
    assert same == again != other, "hearing an event again says the same event, or one with an id of its own"


async def test_teams_are_told_the_forecast_that_planner_shows(people: People) -> None:
    await people.live(schedule=waves(2_000, 18_000), contact_assumptions=ASSUMED, daily_limit=20_000)
    (approved,) = [json.loads(e.body) for e in await people.planner.said() if e.type == "campaign.approved.v1"]
    days = (await people.read("/forecast"))["report"]["days"]
    told = {day["on"]: day["central"] for day in approved["expected_contacts"]}
    shown: dict[str, float] = {}
    for day in days:
        shown[day["on"]] = shown.get(day["on"], 0) + day["central"]
    assert len(shown) > 30
    for on, contacts in shown.items():
        assert told.get(on, 0) == pytest.approx(contacts, abs=1.1)
