"""A team sees the dates of its campaigns in its own calendar program, behind a link that nobody else has."""

from icalendar import Calendar

from services.notifier.calendars.feed import CalendarFeed
from shared.contracts import CampaignApproved, CampaignStopped
from shared.storage.audit import MongoAuditTrail
from tests.notifier.given.desk import PUBLIC_URL, Desk
from tests.notifier.given.notices import notice
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
