"""Dates of campaigns as iCalendar: a file that goes along with a notice, and the feed of a team."""

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from services.notifier.rendering.content import DiaryDate

PRODUCT = "-//One to Many//Notifier//EN"


def calendar_file(dates: Iterable[DiaryDate], name: str) -> bytes:
    """Returns an `.ics` file. Read again, a date replaces itself: its UID stays, its SEQUENCE grows."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for date in dates:
        calendar.add_component(_event(date))
    return bytes(calendar.to_ical())


def _event(date: DiaryDate) -> Event:
    """Returns an all-day event that takes nobody's time."""
    event = Event()
    event.add("uid", f"{date.campaign}-{date.key}@one-to-many")
    event.add("dtstamp", date.stamped)
    event.add("dtstart", date.on)
    event.add("dtend", date.on + timedelta(days=1))
    event.add("summary", date.summary)
    event.add("sequence", date.sequence)
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if date.cancelled else "TENTATIVE" if date.tentative else "CONFIRMED")
    return event
