"""Contacts against a forecast of one week, and the events said about them."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.intake.contacts.excursions import Excursions
from shared.contracts import ContactVolumeForecast
from shared.events import first_event
from shared.identifiers import new_id
from shared.messaging.envelope import Envelope
from tests.intake.given.letters import ENGLISH, handlers, report, send
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


def body_of(envelope: Envelope) -> Any:
    return json.loads(envelope.body)
