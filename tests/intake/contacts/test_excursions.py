"""Contacts against the forecast, on the real store: what is said, and that it is said once."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.intake.contacts import excursions
from services.intake.contacts.excursions import Excursions
from services.intake.contacts.repository.volumes import MongoVolumes
from shared.identifiers import new_id
from tests.intake.given.excursions import SAYS, at, body_of, calls, forecast, hear, look
from tests.intake.given.letters import report, send
from tests.support.inside import Corner, Inside


async def test_more_contacts_than_forecast_are_told_once_with_since_when_and_what_is_to_come(
    intake: Inside, corner: Corner
) -> None:
    await hear(intake, forecast())
    corner.move_clock(at(0, 12))
    await calls(intake, 24, at(0, 11))
    await look(intake, corner, at(0, 12))
    (said,) = await look(intake, corner, at(0, 13))
    assert said.type == "contact-volume.exceeded.v1"
    body = body_of(said)
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
    first, over, second = (body_of(each)["excursion"] for each in said)
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
    assert body_of(said)["contacts"] == 0


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
    assert (said.type, body_of(said)["since"], body_of(said)["contacts"]) == (SAYS[0], "2026-09-14", 80)
