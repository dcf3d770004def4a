"""Excursions: contacts held against the forecast of each campaign, and what is said when that changes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from services.intake.contacts.volumes import Grouping, Volume
from services.intake.contacts.watch import SETTLED_DAYS, Standing, Verdict, WatchedDay, WatchRule, judge
from shared.clock import LONDON, Clock, today
from shared.contracts import (
    ContactVolumeBelow,
    ContactVolumeExceeded,
    ContactVolumeForecast,
    ContactVolumeRecovered,
    Contract,
)
from shared.identifiers import derived_id
from shared.values import Count, Value


class WatchedCampaign(Value):
    """The forecast of a campaign, and how its contacts stood when they were last looked at. `excursions` counts those
    that have begun, `since` is the first day of the one that goes on."""

    forecast: ContactVolumeForecast
    standing: Standing = Standing.WITHIN
    excursions: Count = 0
    since: date | None = None

    @property
    def excursion(self) -> str:
        """The id of the latest excursion: looked at twice, it is the same one."""
        return derived_id(f"{self.forecast.campaign}:{self.excursions}", "contact-volume-excursion")


class ExcursionRepository(Protocol):
    async def keep(self, forecast: ContactVolumeForecast) -> None:
        """Replaces an older forecast of the campaign."""
        ...

    async def watched(self, on: date) -> list[WatchedCampaign]:
        """Returns the campaigns whose forecast has a day on or after this one."""
        ...

    async def change(
        self, before: WatchedCampaign, after: WatchedCampaign, at: datetime, said: Sequence[Contract]
    ) -> bool:
        """Keeps the standing and says so, all or nothing. False, with nothing done, if it is no longer as `before`."""
        ...


class VolumeReader(Protocol):
    async def volumes(
        self, campaign: str | None, since: datetime | None, until: datetime | None, by: Sequence[Grouping]
    ) -> list[Volume]: ...


class Excursions:
    def __init__(self, repository: ExcursionRepository, volumes: VolumeReader, clock: Clock) -> None:
        self._repository = repository
        self._volumes = volumes
        self._clock = clock

    async def note_forecast(self, forecast: ContactVolumeForecast) -> None:
        await self._repository.keep(forecast)

    async def step(self) -> bool:
        """Looks at every campaign once. Returns whether anything changed."""
        changed = False
        for watched in await self._repository.watched(today(self._clock)):
            changed |= await self._look(watched)
        return changed

    async def _look(self, watched: WatchedCampaign) -> bool:
        now = self._clock.now()
        forecast = watched.forecast
        found = await self._volumes.volumes(forecast.campaign, None, now, ["quarter"])
        verdict = judge(watched_days(forecast, found, now), rule_of(forecast))
        if verdict.standing is watched.standing:
            return False
        after = following(watched, verdict)
        return await self._repository.change(watched, after, now, [said(after, verdict, found, now)])


def rule_of(forecast: ContactVolumeForecast) -> WatchRule:
    return WatchRule(
        ratio=forecast.ratio_percent / 100,
        false_alarm_days=forecast.false_alarm_days,
        recovery_odds=forecast.recovery_odds,
        day_noise=forecast.day_noise_percent / 100,
    )


def watched_days(forecast: ContactVolumeForecast, found: Sequence[Volume], now: datetime) -> list[WatchedDay]:
    """The days of the forecast until now, in order. Contacts of a day on which none are expected count for the next
    one, where the forecast has them."""
    counts = by_day(found)
    here = now.astimezone(LONDON)
    days, waiting = [], 0
    expected = {day.on: day.hundredths / 100 for day in forecast.days}
    first = min([*expected, here.date()])
    for after in range((here.date() - first).days + 1):
        on = first + timedelta(days=after)
        waiting += counts.get(on, 0)
        if not expected.get(on):
            continue
        whole = on < here.date() or _minute(here) >= forecast.closes_minute
        share = 1.0 if whole else _share(forecast, here)
        settled = (here.date() - on).days >= SETTLED_DAYS
        if share:
            so_far = share * expected[on]
            days.append(WatchedDay(on=on, contacts=waiting, expected=so_far, whole=whole, settled=settled))
            waiting = 0
    return days


def by_day(found: Sequence[Volume]) -> dict[date, int]:
    """Contacts by the day, in London, on which the customer got in touch, whenever that was told."""
    counts: dict[date, int] = {}
    for volume in found:
        if volume.quarter is not None:
            on = volume.quarter.astimezone(LONDON).date()
            counts[on] = counts.get(on, 0) + volume.contacts
    return counts


def following(watched: WatchedCampaign, verdict: Verdict) -> WatchedCampaign:
    """The next standing. What turns from more to fewer is another excursion."""
    begun = verdict.standing is not Standing.WITHIN
    return watched.model_copy(
        update={
            "standing": verdict.standing,
            "excursions": watched.excursions + begun,
            "since": verdict.since if begun else watched.since,
        }
    )


def said(after: WatchedCampaign, verdict: Verdict, found: Sequence[Volume], now: datetime) -> Contract:
    """The event of a change. When it is over, the figures are those since the excursion began."""
    forecast, today_ = after.forecast, now.astimezone(LONDON).date()
    since = after.since or today_
    contacts, expected = verdict.contacts, verdict.expected
    if verdict.standing is Standing.WITHIN:
        days = [day for day in watched_days(forecast, found, now) if day.on >= since]
        contacts, expected = sum(day.contacts for day in days), sum(day.expected for day in days)
    fields = {
        "campaign": forecast.campaign,
        "excursion": after.excursion,
        "since": since,
        "contacts": contacts,
        "expected": round(expected),
        "still_expected": round(sum(day.hundredths for day in forecast.days if day.on > today_) / 100),
    }
    if verdict.standing is Standing.EXCEEDED:
        return ContactVolumeExceeded.model_validate(fields | {"exceeded_at": now})
    if verdict.standing is Standing.BELOW:
        return ContactVolumeBelow.model_validate(fields | {"below_at": now})
    return ContactVolumeRecovered.model_validate(fields | {"recovered_at": now})


def _share(forecast: ContactVolumeForecast, here: datetime) -> float:
    """The part of the opening hours that is over."""
    minutes = max(1, forecast.closes_minute - forecast.opens_minute)
    return min(1.0, max(0.0, (_minute(here) - forecast.opens_minute) / minutes))


def _minute(here: datetime) -> int:
    return here.hour * 60 + here.minute
