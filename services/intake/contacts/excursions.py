"""Excursions: contacts held against the forecast of each campaign and team, and what is said when that changes."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from time import monotonic
from typing import Protocol

from services.intake.contacts.daily_volumes import DailyVolumes, TeamDay, VolumeReader
from services.intake.contacts.expected import by_day, rule_of, share_of, watched_days
from services.intake.contacts.watch import Standing, Verdict, WatchedDay, judge
from shared.clock import LONDON, Clock, today
from shared.contracts import (
    ContactVolumeBelow,
    ContactVolumeExceeded,
    ContactVolumeForecast,
    ContactVolumeRecovered,
    Contract,
)
from shared.identifiers import derived_id
from shared.values import Code, Count, Value


class WatchedCampaign(Value):
    """The forecast of a campaign, and how its contacts stood when they were last looked at: those of one `team`, or of
    all. `excursions` counts those that have begun, `since` is the first day of the one that goes on."""

    forecast: ContactVolumeForecast
    team: Code | None = None
    standing: Standing = Standing.WITHIN
    excursions: Count = 0
    since: date | None = None

    @property
    def name(self) -> str:
        return f"{self.forecast.campaign}:{self.team}" if self.team else self.forecast.campaign

    @property
    def excursion(self) -> str:
        """The id of the latest excursion: looked at twice, it is the same one."""
        return derived_id(f"{self.name}:{self.excursions}", "contact-volume-excursion")


class ExcursionRepository(Protocol):
    async def keep(self, forecast: ContactVolumeForecast) -> None:
        """Replaces an older forecast of the campaign and its teams."""
        ...

    async def watched(self, on: date) -> list[WatchedCampaign]:
        """Returns what is watched whose forecast has a day on or after this one: campaign by campaign, all teams
        together before each of them."""
        ...

    async def campaigns(self, on: date) -> list[WatchedCampaign]:
        """Returns the same of all teams together alone."""
        ...

    async def standings(self, on: date) -> Mapping[str, Standing]:
        """Returns the standing of each of these campaigns, all teams together."""
        ...

    async def change(
        self, before: WatchedCampaign, after: WatchedCampaign, at: datetime, said: Sequence[Contract]
    ) -> bool:
        """Keeps the standing and says so, all or nothing. False, with nothing done, if it is no longer as `before`."""
        ...


APART_SECONDS = 0.1
"""Time between two looks, where contacts about watched campaigns keep coming."""


class Excursions:
    def __init__(self, repository: ExcursionRepository, volumes: VolumeReader, clock: Clock) -> None:
        self._repository = repository
        self._volumes = DailyVolumes(volumes)
        self._clock = clock
        self._watching: frozenset[str] = frozenset()
        self._news = asyncio.Event()
        self._next_look = 0.0

    async def campaigns(self) -> list[WatchedCampaign]:
        """Returns the campaigns that are watched today, as they stood when they were last looked at."""
        return await self._repository.campaigns(today(self._clock))

    async def standings(self) -> Mapping[str, Standing]:
        """Returns how these campaigns stood, without their forecasts: for each call that begins."""
        return await self._repository.standings(today(self._clock))

    def contacts_came(self, campaigns: Iterable[str | None]) -> None:
        """Says that contacts about these campaigns were kept by this process."""
        if not self._watching.isdisjoint(campaigns):
            self._news.set()

    async def news(self) -> None:
        """Returns when a contact about a watched campaign was kept by this process: at once where the last look was a
        while ago."""
        await self._news.wait()
        await asyncio.sleep(self._next_look - monotonic())
        self._next_look = monotonic() + APART_SECONDS
        self._news.clear()

    async def note_forecast(self, forecast: ContactVolumeForecast) -> None:
        await self._repository.keep(forecast)

    async def step(self) -> bool:
        """Looks at every campaign once. Returns whether anything changed."""
        changed = False
        watched = await self._repository.watched(today(self._clock))
        self._watching = frozenset(each.forecast.campaign for each in watched)
        self._volumes.forget_others(self._watching)
        for campaign, group in groupby(watched, key=lambda each: each.forecast.campaign):
            now = self._clock.now()
            found = await self._volumes.of(campaign, now)
            all_within = True
            for each in group:
                if each.team is None or all_within or each.standing is not Standing.WITHIN:
                    after = await self._look(each, found, now)
                    changed |= after is not each
                    all_within &= each.team is not None or after.standing is Standing.WITHIN
        return changed

    async def _look(self, watched: WatchedCampaign, found: Mapping[TeamDay, int], now: datetime) -> WatchedCampaign:
        """Returns the standing after a look. A team that has reported nothing about the campaign yet is not judged: it
        may be known by another name."""
        forecast, counts = watched.forecast, by_day(found, watched.team)
        if watched.team is not None and not counts:
            return watched
        days = watched_days(forecast, counts, now, share_of(forecast, watched.team))
        verdict = judge(days, rule_of(forecast))
        if verdict.standing is watched.standing:
            return watched
        after = following(watched, verdict)
        said_of_it = said(after, verdict, days, now)
        return after if await self._repository.change(watched, after, now, [said_of_it]) else watched


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


def said(after: WatchedCampaign, verdict: Verdict, days: Sequence[WatchedDay], now: datetime) -> Contract:
    """The event of a change. When it is over, the figures are those since the excursion began."""
    forecast, today_ = after.forecast, now.astimezone(LONDON).date()
    since = after.since or today_
    counted = [day for day in days if day.on >= since]
    to_come = sum(day.hundredths for day in forecast.days if day.on > today_) / 100
    fields = {
        "campaign": forecast.campaign,
        "excursion": after.excursion,
        "team": after.team,
        "since": since,
        "contacts": sum(day.contacts for day in counted),
        "expected": round(sum(day.expected for day in counted)),
        "still_expected": round(share_of(forecast, after.team) * to_come),
    }
    if verdict.standing is Standing.EXCEEDED:
        return ContactVolumeExceeded.model_validate(fields | {"exceeded_at": now})
    if verdict.standing is Standing.BELOW:
        return ContactVolumeBelow.model_validate(fields | {"below_at": now})
    return ContactVolumeRecovered.model_validate(fields | {"recovered_at": now})
