"""A day of the helplines: by quarter of an hour the contacts that came, those that were forecast, and those that can be
taken."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from services.intake.contacts.expected import part_of_day, share_of
from services.intake.contacts.volumes import CampaignVolume
from shared.clock import LONDON
from shared.contracts import CapacityChanged, ContactVolumeForecast
from shared.values import CampaignReference, Code, Count, Instant, Value
from shared.working_days import is_working_day

QUARTER_MINUTES = 15
OPENS, CLOSES = 8 * 60, 18 * 60
"""The minutes of the day that are shown at least."""


class Quarter(Value):
    """A quarter of an hour. `contacts` is None while it is still to come, `capacity` where no team has said it."""

    begins: Instant
    contacts: Count | None
    expected: float
    capacity: float | None


class CampaignToday(Value):
    """A campaign's contacts today, those expected by now, and those expected on the whole day. None for `campaign`:
    contacts about letters that nobody knows."""

    campaign: CampaignReference | None
    contacts: Count
    by_now: float
    whole_day: float


class HelplineDay(Value):
    """The day of one team, or of all. `capacity` is what is left beside other work; None where nobody has said it."""

    on: date
    team: Code | None
    quarters: tuple[Quarter, ...]
    campaigns: tuple[CampaignToday, ...]
    capacity: Count | None

    @property
    def contacts(self) -> int:
        return sum(each.contacts for each in self.campaigns)

    @property
    def by_now(self) -> float:
        return sum(each.by_now for each in self.campaigns)

    @property
    def whole_day(self) -> float:
        return sum(each.whole_day for each in self.campaigns)


def helpline_day(
    now: datetime,
    team: str | None,
    forecasts: Sequence[ContactVolumeForecast],
    capacities: Sequence[CapacityChanged],
    volumes: Sequence[CampaignVolume],
) -> HelplineDay:
    """Returns the day that `now` lies in. `volumes` are the contacts of that day, of all teams."""
    here = now.astimezone(LONDON)
    counted = [each for each in volumes if team in (None, each.team)]
    takes = [each for each in capacities if team in (None, each.team)]
    by_minute: Counter[int] = Counter()
    for each in counted:
        by_minute[minute_of(each.quarter)] += each.contacts
    shares = [(each, share_of(each, team) * _on(each, here.date())) for each in forecasts]
    left = {each.team: left_on(each, here.date()) for each in takes}
    return HelplineDay(
        on=here.date(),
        team=team,
        quarters=tuple(
            Quarter(
                begins=datetime.combine(here.date(), time(minute // 60, minute % 60), LONDON),
                contacts=by_minute[minute] if minute <= minute_of(now) else None,
                expected=sum(n * _part(each, minute) for each, n in shares),
                capacity=sum(left[each.team] * open_part(each, minute) for each in takes) if takes else None,
            )
            for minute in _minutes(by_minute, forecasts, takes)
        ),
        campaigns=tuple(_campaigns(minute_of(now), shares, counted)),
        capacity=sum(left.values()) if takes else None,
    )


def teams_of(
    forecasts: Iterable[ContactVolumeForecast], capacities: Iterable[CapacityChanged], volumes: Iterable[CampaignVolume]
) -> list[str]:
    """Returns every team that there is something to show of."""
    named = {share.team for each in forecasts for share in each.teams}
    return sorted(named | {each.team for each in capacities} | {each.team for each in volumes})


def left_on(said: CapacityChanged, day: date) -> int:
    """Returns the contacts that a team can take on a day beside other work: none at weekends and on bank holidays,
    unless the team has said so of that day."""
    usual = said.contacts if is_working_day(day) else 0
    contacts = next((each.contacts for each in said.exceptions if each.on == day), usual)
    return max(0, contacts - said.base_load)


def open_part(said: CapacityChanged, minute: int) -> float:
    """Returns the part of a day's capacity that lies in the quarter from this minute: evenly over the team's hours."""
    hours = said.closes_minute - said.opens_minute
    within = min(minute + QUARTER_MINUTES, said.closes_minute) - max(minute, said.opens_minute)
    return max(0, within) / hours if hours > 0 else 0.0


def day_bounds(now: datetime) -> tuple[datetime, datetime]:
    """Returns the beginning and the end of the day in London."""
    begins = datetime.combine(now.astimezone(LONDON).date(), time(), LONDON)
    return begins, datetime.combine(begins.date() + timedelta(days=1), time(), LONDON)


def minute_of(instant: datetime) -> int:
    """Returns the minute of its day in London."""
    here = instant.astimezone(LONDON)
    return here.hour * 60 + here.minute


def _on(forecast: ContactVolumeForecast, day: date) -> float:
    return sum(each.hundredths for each in forecast.days if each.on == day) / 100


def _part(forecast: ContactVolumeForecast, minute: int) -> float:
    return part_of_day(forecast, minute + QUARTER_MINUTES) - part_of_day(forecast, minute)


def _minutes(came: Counter[int], forecasts: Sequence[ContactVolumeForecast], takes: Sequence[CapacityChanged]) -> range:
    """Returns the minutes at which a quarter begins, from the earliest to the latest in which anything happens."""
    hours = [(each.opens_minute, each.closes_minute) for each in forecasts]
    hours += [(each.opens_minute, each.closes_minute) for each in takes]
    hours += [(OPENS, CLOSES), *((minute, minute + QUARTER_MINUTES) for minute in came)]
    first, last = min(opens for opens, _ in hours), max(closes for _, closes in hours)
    return range(first // QUARTER_MINUTES * QUARTER_MINUTES, min(last, 24 * 60), QUARTER_MINUTES)


def _campaigns(
    minute: int, shares: Sequence[tuple[ContactVolumeForecast, float]], counted: Sequence[CampaignVolume]
) -> Iterable[CampaignToday]:
    """Yields every campaign that has contacts or a forecast today, the one with most contacts first."""
    came: Counter[str | None] = Counter()
    for each in counted:
        came[each.campaign] += each.contacts
    whole = {forecast.campaign: (expected, part_of_day(forecast, minute)) for forecast, expected in shares}
    for campaign in sorted({*came, *whole}, key=lambda name: (-came[name], name or "~")):
        expected, part = whole.get(campaign or "", (0.0, 0.0))
        if came[campaign] or expected:
            yield CampaignToday(campaign=campaign, contacts=came[campaign], by_now=part * expected, whole_day=expected)
