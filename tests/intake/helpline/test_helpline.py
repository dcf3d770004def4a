"""The page of helpline managers: contacts of the day against the forecast and what can be taken."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from services.intake.app import build_app
from services.intake.contacts.volumes import CampaignVolume
from services.intake.helpline.day import HelplineDay, helpline_day, left_on
from services.intake.settings import Settings
from shared.contracts import CapacityChanged, ContactVolumeForecast
from tests.intake.given.letters import CALLED, ENGLISH, SOMEBODY_ELSES, handlers, register, report, send
from tests.planner.given.hearing import heard
from tests.support.browsing import Browser
from tests.support.inside import Corner, Inside, inside
from tests.support.samples import sample

TODAY, TEAM = date(2026, 9, 10), "customer-services"
NOON_HERE = datetime(2026, 9, 10, 11, tzinfo=UTC)
SATURDAY = date(2026, 9, 12)


def forecast(hundredths: int = 40_000, **changes: object) -> ContactVolumeForecast:
    days = [{"on": TODAY.isoformat(), "hundredths": hundredths}]
    teams = [{"team": TEAM, "percent": 75}, {"team": "letter-issuer", "percent": 25}]
    return sample(ContactVolumeForecast, **({"days": days, "teams": teams, "quarter_weights": []} | changes))


def capacity(**changes: object) -> CapacityChanged:
    return sample(CapacityChanged, **({"exceptions": [], "contacts": 480, "base_load": 80} | changes))


def came(hour: int, contacts: int, team: str = TEAM, campaign: str | None = "OTM-26-0042") -> CampaignVolume:
    quarter = datetime(2026, 9, 10, hour, 15, tzinfo=UTC)
    return CampaignVolume(campaign=campaign, team=team, quarter=quarter, contacts=contacts)


def at(day: HelplineDay, text: str) -> tuple[int | None, float, float | None]:
    (quarter,) = (each for each in day.quarters if f"{each.begins:%H:%M}" == text)
    return quarter.contacts, round(quarter.expected, 2), quarter.capacity


def test_a_team_has_its_share_of_the_forecast_and_its_own_contacts_and_capacity() -> None:
    volumes = [came(8, 30), came(8, 4, "letter-issuer"), came(9, 2, campaign=None)]
    said = [capacity(), capacity(team="letter-issuer", contacts=180)]
    day = helpline_day(NOON_HERE, TEAM, [forecast()], said, volumes)
    assert (day.contacts, day.by_now, day.whole_day, day.capacity) == (32, 120, 300, 400)
    assert at(day, "09:15") == (30, 7.5, 10)
    assert at(day, "12:15") == (None, 7.5, 10)
    assert sum(quarter.expected for quarter in day.quarters) == pytest.approx(300)
    everybody = helpline_day(NOON_HERE, None, [forecast()], said, volumes)
    assert (everybody.contacts, everybody.whole_day, everybody.capacity) == (36, 400, 500)
    assert [(each.campaign, each.contacts) for each in everybody.campaigns] == [("OTM-26-0042", 34), (None, 2)]


def test_contacts_before_the_helplines_open_are_shown_and_a_team_that_said_nothing_promises_nothing() -> None:
    day = helpline_day(NOON_HERE, None, [], [], [came(5, 3)])
    assert day.capacity is None
    assert at(day, "06:15") == (3, 0, None)
    assert len(day.quarters) == 4 * 12 - 1


def test_nothing_can_be_taken_at_weekends_unless_the_team_has_said_so_of_that_day() -> None:
    said = capacity(exceptions=[{"on": SATURDAY.isoformat(), "contacts": 100}])
    assert [left_on(said, SATURDAY + timedelta(days=n)) for n in (-1, 0, 1)] == [400, 20, 0]


@pytest.fixture
async def intake(corner: Corner) -> AsyncIterator[Inside]:
    """Intake with personas, that has heard of a campaign, its forecast for today, and a capacity, newest first."""
    async with inside(build_app(corner.settings(Settings, site={"personas": True})), corner) as running:
        await register(running)
        hear = handlers(running)
        await hear.note_forecast(heard(forecast()))
        for said in (capacity(version=4), capacity(version=4), capacity(version=3, contacts=99)):
            await hear.note_capacity(heard(said))
        yield running


async def test_a_manager_sees_the_day_so_far_of_the_team_and_of_all(intake: Inside) -> None:
    assert (await send(intake, report())).status_code == 201
    assert (await send(intake, SOMEBODY_ELSES)).status_code == 201
    async with Browser(intake.service) as manager:
        page = await manager.sign_in("helpline-manager")
        assert page.path == "/helpline"
        assert "Can be taken today 400" in page.words
        assert "300 are expected today, and 400 can be taken" in page.words
        assert " style=" not in page.answer.text
        assert "<style" not in page.answer.text
        every = await manager.get("/helpline?team=all")
        assert "Came so far 2" in every.words
        assert "Letters that nobody knows" in every.words
        assert ENGLISH not in every.answer.text
        assert (await manager.get("/helpline?team=no-such-team")).words == every.words
        assert (await manager.get("/helpline?team=No%20Team")).status == 422
    async with Browser(intake.service) as handler:
        await handler.sign_in("call-handler")
        assert (await handler.get("/helpline")).status == 403


async def test_a_manager_whose_team_has_neither_forecast_nor_capacity_sees_all_teams(intake: Inside) -> None:
    hear = handlers(intake)
    await hear.note_forecast(heard(forecast(revision=13, teams=[{"team": "evening-line", "percent": 100}])))
    await intake.service.store["capacities"].delete_many({})
    async with Browser(intake.service) as manager:
        page = await manager.sign_in("helpline-manager")
        assert "Expected today 400" in page.words
        assert "Nobody has said" in page.words


def test_the_time_of_these_tests_is_the_day_of_the_forecast() -> None:
    assert CALLED.date() == TODAY
