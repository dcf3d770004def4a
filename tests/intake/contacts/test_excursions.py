"""Contacts against the forecast, on the real store: what is said, and that it is said once."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.intake.contacts import excursions
from services.intake.contacts.excursions import Excursions
from services.intake.contacts.repository.volumes import MongoVolumes
from shared.contracts import ContactVolumeForecast
from shared.events import first_event
from shared.identifiers import new_id
from shared.messaging.envelope import Envelope
from tests.intake.given.letters import ENGLISH, contacts_kept, handlers, report, send, send_in_a_stream
from tests.support.inside import Corner, Inside
from tests.support.samples import sample

MONDAY = date(2026, 9, 14)
CAMPAIGN = "OTM-26-0042"
SAYS = ("contact-volume.exceeded.v1", "contact-volume.below.v1", "contact-volume.recovered.v1")


def at(day: int, hour: int = 12) -> datetime:
    """By the clock in London, which is an hour ahead of UTC in September; `day` 0 is the Monday."""
    return datetime(2026, 9, 14, hour, tzinfo=UTC) + timedelta(days=day, hours=-1)


def forecast(a_day: int = 10, **changed: Any) -> ContactVolumeForecast:
    days = [{"on": (MONDAY + timedelta(days=n)).isoformat(), "hundredths": 100 * a_day} for n in (0, 1, 2, 3, 4)]
    rule = {"campaign": CAMPAIGN, "days": days, "false_alarm_days": 20, "recovery_odds": 3, "day_noise_percent": 5}
    return sample(ContactVolumeForecast, **(rule | changed))


async def hear(intake: Inside, said: ContactVolumeForecast) -> None:
    await handlers(intake).note_forecast(first_event(said, "planner", at(-4)))


async def calls(intake: Inside, count: int, when: datetime) -> None:
    for _ in range(count):
        answer = await send(intake, report(received_at=when.isoformat(), letter_reference=ENGLISH), new_id())
        assert answer.status_code == 201


async def look(intake: Inside, corner: Corner, now: datetime) -> list[Envelope]:
    """Returns the events said about volumes so far, after a look at this time."""
    corner.move_clock(now)
    await intake.part(Excursions).step()
    return [envelope for envelope in await intake.said() if envelope.type in SAYS]


async def test_more_contacts_than_forecast_are_told_once_with_since_when_and_what_is_to_come(
    intake: Inside, corner: Corner
) -> None:
    await hear(intake, forecast())
    corner.move_clock(at(0, 12))
    await calls(intake, 24, at(0, 11))
    await look(intake, corner, at(0, 12))
    (said,) = await look(intake, corner, at(0, 13))
    assert said.type == "contact-volume.exceeded.v1"
    body = _body(said)
    assert (body["contacts"], body["since"], body["still_expected"]) == (24, "2026-09-14", 40)
    assert body["expected"] == 4  # of ten, after four of ten hours


async def test_the_watch_looks_at_once_at_a_contact_about_a_watched_campaign_and_at_no_other(
    intake: Inside, corner: Corner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excursions, "APART_SECONDS", 3600)
    watch = intake.part(Excursions)
    corner.move_clock(at(0, 12))
    await calls(intake, 1, at(0, 11))  # nothing is watched yet
    await hear(intake, forecast())
    await watch.step()
    looking = asyncio.create_task(watch.news())
    await send(intake, report(received_at=at(0, 11).isoformat(), letter_reference=None), new_id())
    assert not looking.done()
    await calls(intake, 1, at(0, 11))
    async with asyncio.timeout(10):
        await looking
    looking = asyncio.create_task(watch.news())
    await calls(intake, 1, at(0, 11))
    assert not looking.done(), "those that keep coming are looked at together"
    looking.cancel()


async def test_as_many_as_forecast_are_no_news(intake: Inside, corner: Corner) -> None:
    await hear(intake, forecast())
    corner.move_clock(at(0, 18))
    await calls(intake, 11, at(0, 11))
    assert await look(intake, corner, at(0, 18)) == []


async def test_days_as_forecast_end_the_excursion_and_a_new_one_has_another_id(intake: Inside, corner: Corner) -> None:
    await hear(intake, forecast())
    for day, count in enumerate((25, 9, 10, 30)):
        corner.move_clock(at(day, 18))
        await calls(intake, count, at(day, 11))
        said = await look(intake, corner, at(day, 19))
    assert [each.type.split(".")[1] for each in said] == ["exceeded", "recovered", "exceeded"]
    first, over, second = (_body(each)["excursion"] for each in said)
    assert first == over != second


async def test_replicas_that_look_at_the_same_moment_say_it_once(intake: Inside, corner: Corner) -> None:
    await hear(intake, forecast())
    corner.move_clock(at(0, 12))
    await calls(intake, 24, at(0, 11))
    watch = intake.part(Excursions)
    await asyncio.gather(*(watch.step() for _ in range(5)))
    assert len(await look(intake, corner, at(0, 12))) == 1


async def test_contacts_of_a_silent_day_that_come_late_are_no_excursion(intake: Inside, corner: Corner) -> None:
    await hear(intake, forecast())
    assert await look(intake, corner, at(1, 9)) == []  # nothing came on Monday, and late reports may
    corner.move_clock(at(1, 10))
    await calls(intake, 10, at(0, 11))
    await calls(intake, 2, at(1, 9))
    assert await look(intake, corner, at(1, 10)) == []


async def test_a_letter_that_nobody_got_is_told_once_late_reports_are_in(intake: Inside, corner: Corner) -> None:
    await hear(intake, forecast(a_day=20))
    (said,) = await look(intake, corner, at(2, 9))
    assert said.type == "contact-volume.below.v1"
    assert _body(said)["contacts"] == 0


async def test_an_older_forecast_that_is_heard_late_replaces_nothing(intake: Inside, corner: Corner) -> None:
    newer, older = forecast(a_day=30, waves=2), forecast(a_day=10, waves=1)
    for said in (newer, older, newer, older):
        await hear(intake, said)
    corner.move_clock(at(0, 18))
    await calls(intake, 25, at(0, 11))
    assert await look(intake, corner, at(0, 18)) == []


async def test_contacts_of_the_weekend_count_for_monday(intake: Inside, corner: Corner) -> None:
    days = [{"on": "2026-09-11", "hundredths": 1000}, {"on": "2026-09-14", "hundredths": 3000}]
    await hear(intake, forecast(days=days))
    corner.move_clock(at(-3, 18))
    await calls(intake, 10, at(-3, 11))
    corner.move_clock(at(-2, 18))
    await calls(intake, 12, at(-2, 11))
    assert await look(intake, corner, at(-2, 18)) == []
    corner.move_clock(at(0, 18))
    await calls(intake, 18, at(0, 11))
    assert await look(intake, corner, at(0, 19)) == []


async def test_a_clock_that_is_an_hour_ahead_is_told_to_its_sender_and_counts_for_nothing(
    intake: Inside, corner: Corner
) -> None:
    await hear(intake, forecast())
    corner.move_clock(at(0, 12))
    ahead = report(received_at=at(0, 13).isoformat(), letter_reference=ENGLISH)
    for way in (send, send_in_a_stream):
        for _ in range(24):
            refused = await way(intake, ahead)
            assert refused.status_code == 422
    problem = (await send(intake, ahead)).json()["problems"][0]
    assert (problem["field"], problem["rule"]) == ("received_at", "not-ahead")
    assert "60 minutes ahead: check the sender's clock" in problem["message"]
    assert await contacts_kept(intake) == 2 * 24  # somebody else's, before and after each in its stream
    assert await look(intake, corner, at(0, 14)) == []
    corner.move_clock(at(0, 12))
    await calls(intake, 1, at(0, 12) + timedelta(minutes=5))  # clocks differ by minutes


@pytest.mark.parametrize("behind", [timedelta(), timedelta(hours=1)], ids=["right", "an hour behind"])
async def test_a_clock_that_is_an_hour_behind_changes_no_verdict(
    intake: Inside, corner: Corner, behind: timedelta
) -> None:
    await hear(intake, forecast())
    for day, (early, late) in enumerate(((4, 7), (16, 9))):
        corner.move_clock(at(day, 9))
        await calls(intake, early, at(day, 9) - behind)
        said = await look(intake, corner, at(day, 9) + timedelta(minutes=1))
        corner.move_clock(at(day, 18))
        await calls(intake, late, at(day, 18) - behind)
        said = await look(intake, corner, at(day, 18) + timedelta(minutes=1))
    (exceeded,) = said
    body = _body(exceeded)
    assert (body["contacts"], body["since"], body["exceeded_at"][:13]) == (16, "2026-09-15", "2026-09-15T08")


def _body(envelope: Envelope) -> Any:
    return json.loads(envelope.body)


async def test_a_team_with_more_than_its_share_is_told_where_all_teams_together_are_as_forecast(
    intake: Inside, corner: Corner
) -> None:
    teams = [{"team": "helpline", "percent": 20}, {"team": "letter-issuer", "percent": 80}]
    await hear(intake, forecast(a_day=40, teams=teams))
    corner.move_clock(at(0, 18))
    await calls(intake, 26, at(0, 11))
    await look(intake, corner, at(0, 18))
    (said,) = await look(intake, corner, at(0, 19))
    body = _body(said)
    assert (body["team"], body["contacts"], body["expected"], body["still_expected"]) == (
        "helpline", 26, 8, 32
    )  # fmt: skip
    assert said.type == "contact-volume.exceeded.v1"


async def test_where_all_teams_together_have_too_many_no_team_is_told_besides(intake: Inside, corner: Corner) -> None:
    await hear(intake, forecast(teams=[{"team": "helpline", "percent": 50}]))
    corner.move_clock(at(0, 18))
    await calls(intake, 40, at(0, 11))
    await look(intake, corner, at(0, 18))
    (said,) = await look(intake, corner, at(0, 19))
    assert _body(said)["team"] is None


async def test_a_team_of_another_name_is_not_taken_for_one_that_nobody_gets_in_touch_with(
    intake: Inside, corner: Corner
) -> None:
    await hear(intake, forecast(a_day=20, teams=[{"team": "extra-help", "percent": 100}]))
    for day in (0, 1, 2):
        corner.move_clock(at(day, 18))
        await calls(intake, 20, at(day, 11))
    assert await look(intake, corner, at(3, 9)) == []


async def test_a_forecast_of_the_same_waves_replaces_the_one_before_where_it_is_a_later_one(
    intake: Inside, corner: Corner
) -> None:
    for said in (
        forecast(a_day=30, revision=7, communications=200),
        forecast(a_day=10, revision=7, communications=100),
        forecast(a_day=10, revision=6, communications=900),
    ):
        await hear(intake, said)
    corner.move_clock(at(0, 18))
    await calls(intake, 25, at(0, 11))
    assert await look(intake, corner, at(0, 18)) == []
    await hear(intake, forecast(a_day=10, revision=8, communications=100))  # slowed, say
    (exceeded,) = await look(intake, corner, at(0, 19))
    assert _body(exceeded)["expected"] == 10


async def test_earlier_days_are_read_every_few_minutes_and_what_is_told_late_of_them_counts_then(
    intake: Inside, corner: Corner, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, volumes = list[datetime | None](), MongoVolumes.volumes

    async def noting(of: MongoVolumes, campaign: str, since: datetime | None, *further: Any) -> Any:
        read.append(since)
        return await volumes(of, campaign, since, *further)

    monkeypatch.setattr(MongoVolumes, "volumes", noting)
    await hear(intake, forecast(recovery_odds=1_000_000))
    for day in range(4):
        corner.move_clock(at(day, 18))
        await calls(intake, 10, at(day, 11))
    wednesday, friday = at(2, 0), at(4, 10)
    assert await look(intake, corner, friday) == []
    await calls(intake, 40, at(0, 11))
    assert await look(intake, corner, friday + timedelta(minutes=1)) == []
    assert read == [None, wednesday, wednesday]
    (said,) = await look(intake, corner, friday + timedelta(minutes=6))
    assert read == [None, wednesday, wednesday, None, wednesday]
    assert (said.type, _body(said)["since"], _body(said)["contacts"]) == (SAYS[0], "2026-09-14", 80)
