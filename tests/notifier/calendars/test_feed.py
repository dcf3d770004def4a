"""A team sees the dates of its campaigns in its own calendar program, behind a link that nobody else has."""

from datetime import date
from typing import Any

import pytest
from icalendar import Calendar

from services.notifier.calendars.feed import CalendarFeed
from shared.contracts import CampaignApproved, CampaignPaused, CampaignResumed, CampaignStopped, WaveStarted
from shared.storage.audit.trail import MongoAuditTrail
from tests.notifier.given.desk import PUBLIC_URL, Desk
from tests.notifier.given.notices import notice
from tests.notifier.given.planned import amended, launched
from tests.support.samples import sample


async def test_a_teams_calendar_has_the_campaigns_it_was_told_of_behind_a_secret_link(desk: Desk) -> None:
    await desk.approved()
    await desk.notices.add([notice()], [])
    async with desk.notifier.caller("operator") as operator:
        url = (await operator.get("/v1/calendars/press-office")).json()["url"]
        assert (await operator.get("/v1/calendars/no-such-team")).status_code == 404
    path = url.removeprefix(PUBLIC_URL)
    async with desk.notifier.caller(None) as anybody:
        answer = await anybody.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
        events = {str(event["uid"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}
        assert set(events) == {
            f"OTM-26-0042-{what}@one-to-many" for what in ("launch", "wave-1", "wave-2", "respond-by")
        }
        wave = events["OTM-26-0042-wave-2@one-to-many"]
        assert wave.decoded("dtstart").isoformat() == "2026-09-08"
        assert str(wave["status"]) == "CONFIRMED"
        other = path.replace("press-office", "debt-management")
        for wrong in (other, path.replace(".ics", "0.ics"), "/v1/calendars/press-office/x.ics"):
            assert (await anybody.get(wrong)).status_code == 404
        assert (await anybody.get("/v1/calendars/press-office")).status_code == 401
        async with desk.notifier.caller("operator") as operator:
            fresh = (await operator.post("/v1/calendars/press-office/rotation")).json()["url"].removeprefix(PUBLIC_URL)
        assert (await anybody.get(path)).status_code == 404
        assert (await anybody.get(fresh)).status_code == 200
    assert [entry.what async for entry in desk.notifier.part(MongoAuditTrail).entries()] == ["calendar.link-rotated"]


async def test_a_changed_or_stopped_campaign_changes_in_the_calendar(desk: Desk) -> None:
    await desk.approved()
    await desk.notices.add([notice()], [])
    feed = desk.notifier.part(CalendarFeed)
    token = (await feed.link("press-office")).rpartition("/")[2].removesuffix(".ics")
    later = sample(CampaignApproved, launch="2026-10-05", plan_version=2, version=7)
    await desk.campaigns.keep_campaign(later)
    (launch,) = [
        e
        for e in Calendar.from_ical(await feed.feed("press-office", token)).walk("VEVENT")
        if "launch" in str(e["uid"])
    ]
    assert (launch.decoded("dtstart").isoformat(), launch.decoded("sequence")) == ("2026-10-05", 7)
    await desk.say(sample(CampaignStopped, version=8))
    stopped = Calendar.from_ical(await feed.feed("press-office", token)).walk("VEVENT")
    assert {str(event["status"]) for event in stopped} == {"CANCELLED"}


class Events(dict[str, Any]):
    """The events of a feed by the key of their date."""

    def said(self, what: str) -> dict[str, Any]:
        return {key: event.decoded(what) for key, event in self.items()}

    @property
    def states(self) -> dict[str, str]:
        return {key: str(event["status"]) for key, event in self.items()}


async def fetched(desk: Desk) -> Events:
    feed = desk.notifier.part(CalendarFeed)
    token = (await feed.link("press-office")).rpartition("/")[2].removesuffix(".ics")
    found = Calendar.from_ical(await feed.feed("press-office", token)).walk("VEVENT")
    return Events(
        {str(event["uid"]).removeprefix("OTM-26-0042-").removesuffix("@one-to-many"): event for event in found}
    )


@pytest.fixture
async def told(desk: Desk) -> Desk:
    await desk.approved()
    await desk.notices.add([notice()], [])
    return desk


async def test_a_stop_cancels_what_is_to_come_and_leaves_what_took_place(told: Desk) -> None:
    await told.say(launched(), sample(WaveStarted, wave=1, on="2026-09-07"))
    before = await fetched(told)
    await told.say(sample(CampaignStopped, version=41, decided_at="2026-09-07T15:00:00Z"))
    after = await fetched(told)
    assert after.states == {
        "launch": "CONFIRMED", "wave-1": "CONFIRMED", "wave-2": "CANCELLED", "respond-by": "CONFIRMED"
    }  # fmt: skip
    for what in ("sequence", "dtstamp"):
        assert all(after.said(what)[key] > value for key, value in before.said(what).items()), what


async def test_an_amendment_shows_the_dates_of_the_new_plan_alone_and_as_provisional(told: Desk) -> None:
    before = await fetched(told)
    waves = [{"number": 1, "on": "2026-09-21", "size": 20_000}]
    await told.say(amended(version=36, waves=waves, respond_by="2026-11-02", reopened=["data-protection"]))
    after = await fetched(told)
    assert after.states == {
        "launch": "TENTATIVE", "wave-1": "TENTATIVE", "wave-2": "CANCELLED", "respond-by": "TENTATIVE"
    }  # fmt: skip
    days = after.said("dtstart")
    assert (days["launch"], days["wave-1"], days["respond-by"]) == (
        date(2026, 9, 21),
        date(2026, 9, 21),
        date(2026, 11, 2),
    )
    for what in ("sequence", "dtstamp"):
        assert all(after.said(what)[key] > value for key, value in before.said(what).items()), what


async def test_an_amendment_that_does_not_say_its_waves_leaves_none_before_the_launch(told: Desk) -> None:
    await told.say(amended())
    after = await fetched(told)
    assert {after.states[key] for key in ("wave-1", "wave-2")} == {"CANCELLED"}


async def test_the_approval_of_a_changed_plan_confirms_its_dates_and_cancels_those_that_are_gone(told: Desk) -> None:
    waves = [{"number": 1, "on": "2026-09-21", "size": 20_000}]
    await told.say(amended(version=36, waves=waves, reopened=["data-protection"]))
    provisional = await fetched(told)
    plan = {"plan_version": 2, "version": 37, "launch": "2026-09-21", "waves": waves, "respond_by": None}
    await told.say(sample(CampaignApproved, **plan, approved_at="2026-08-27T09:00:00Z"))
    after = await fetched(told)
    assert after.states == {
        "launch": "CONFIRMED", "wave-1": "CONFIRMED", "wave-2": "CANCELLED", "respond-by": "CANCELLED"
    }  # fmt: skip
    assert all(after.said("sequence")[key] > value for key, value in provisional.said("sequence").items())


async def test_a_pause_makes_what_is_to_come_provisional_and_a_resumption_confirms_it(told: Desk) -> None:
    await told.say(launched(), sample(WaveStarted, wave=1, on="2026-09-07"))
    await told.say(sample(CampaignPaused, version=41))
    assert (await fetched(told)).states["wave-2"] == "TENTATIVE"
    await told.say(sample(CampaignResumed, version=42, plan_version=1))
    assert (await fetched(told)).states["wave-2"] == "CONFIRMED"


async def test_a_wave_that_is_heard_of_late_is_not_cancelled_and_its_sequence_grows(told: Desk) -> None:
    await told.say(launched(), sample(CampaignStopped, version=41))
    stopped = await fetched(told)
    await told.say(sample(WaveStarted, wave=1, on="2026-09-07"))
    after = await fetched(told)
    assert (stopped.states["wave-1"], after.states["wave-1"]) == ("CANCELLED", "CONFIRMED")
    assert after.said("sequence")["wave-1"] > stopped.said("sequence")["wave-1"]
