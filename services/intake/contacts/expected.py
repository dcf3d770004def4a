"""Contacts that came and those that were expected by now, day by day: what the watch judges."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import accumulate

from services.intake.contacts.daily_volumes import TeamDay
from services.intake.contacts.watch import SETTLED_DAYS, WatchedDay, WatchRule
from shared.clock import LONDON
from shared.contracts import ContactVolumeForecast

MOST_FALSE_ALARM_DAYS = 1_000_000
HUNDRED_PERCENT = 100


def rule_of(forecast: ContactVolumeForecast) -> WatchRule:
    """The rule for each of a campaign's watches. One for all teams together and one for each of them share the false
    alarms that the campaign may have."""
    watches = 1 + len(forecast.teams)
    return WatchRule(
        ratio=forecast.ratio_percent / 100,
        false_alarm_days=min(MOST_FALSE_ALARM_DAYS, watches * forecast.false_alarm_days),
        recovery_odds=forecast.recovery_odds,
        day_noise=forecast.day_noise_percent / 100,
    )


def share_of(forecast: ContactVolumeForecast, team: str | None) -> float:
    """The share of a team in all contacts; 1 for all teams together."""
    if team is None:
        return 1.0
    return sum(each.percent for each in forecast.teams if each.team == team) / HUNDRED_PERCENT


def by_day(found: Mapping[TeamDay, int], team: str | None) -> Mapping[date, int]:
    """Returns the contacts of each day with this team; without one, with all together."""
    counts = Counter[date]()
    for (of_team, on), contacts in found.items():
        if team in (None, of_team):
            counts[on] += contacts
    return counts


def watched_days(
    forecast: ContactVolumeForecast, counts: Mapping[date, int], now: datetime, share: float = 1.0
) -> list[WatchedDay]:
    """The days of the forecast until now, in order. Contacts of a day on which none are expected count for the next
    one, where the forecast has them."""
    here = now.astimezone(LONDON)
    days, waiting = [], 0
    expected = {day.on: share * day.hundredths / 100 for day in forecast.days}
    first = min([*expected, here.date()])
    for after in range((here.date() - first).days + 1):
        on = first + timedelta(days=after)
        waiting += counts.get(on, 0)
        if not expected.get(on):
            continue
        whole = on < here.date() or _minute(here) >= forecast.closes_minute
        part = 1.0 if whole else part_of_day(forecast, _minute(here))
        settled = (here.date() - on).days >= SETTLED_DAYS
        if part:
            so_far = part * expected[on]
            days.append(WatchedDay(on=on, contacts=waiting, expected=so_far, whole=whole, settled=settled))
            waiting = 0
    return days


def part_of_day(forecast: ContactVolumeForecast, minute: int) -> float:
    """The part of a day's contacts that comes until a minute of the day."""
    open_for = max(1, forecast.closes_minute - forecast.opens_minute)
    over = min(1.0, max(0.0, (minute - forecast.opens_minute) / open_for))
    weights = forecast.quarter_weights
    if not sum(weights):
        return over
    place = over * len(weights)
    sums = [0, *accumulate(weights), sum(weights)]
    return (sums[int(place)] + (place % 1) * (sums[int(place) + 1] - sums[int(place)])) / sum(weights)


def _minute(here: datetime) -> int:
    return here.hour * 60 + here.minute
