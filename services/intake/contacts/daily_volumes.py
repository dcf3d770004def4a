"""Contacts of a campaign by team and day, as the watch needs them: earlier days, which hardly change and are most of
what was ever counted, are kept for a few minutes."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Protocol

from services.intake.contacts.volumes import Grouping, Volume
from services.intake.contacts.watch import SETTLED_DAYS
from shared.clock import LONDON

KEPT_FOR = timedelta(minutes=5)
"""Time after which contacts of earlier days that were told late are seen."""


class TeamDay(NamedTuple):
    """A team, and the day in London on which customers got in touch with it, whenever that was told."""

    team: str
    on: date


class VolumeReader(Protocol):
    async def volumes(
        self, campaign: str | None, since: datetime | None, until: datetime | None, by: Sequence[Grouping]
    ) -> list[Volume]: ...


class _Earlier(NamedTuple):
    read_at: datetime
    before: datetime
    contacts: Counter[TeamDay]


class DailyVolumes:
    """The last `SETTLED_DAYS` and today are read each time, the days before them every `KEPT_FOR`."""

    def __init__(self, volumes: VolumeReader) -> None:
        self._volumes = volumes
        self._earlier: dict[str, _Earlier] = {}

    async def of(self, campaign: str, now: datetime) -> Counter[TeamDay]:
        """Returns the contacts from the first until now."""
        first = datetime.combine(now.astimezone(LONDON).date() - timedelta(days=SETTLED_DAYS), time(), LONDON)
        earlier = self._earlier.get(campaign)
        if earlier is None or earlier.before != first or not earlier.read_at <= now < earlier.read_at + KEPT_FOR:
            earlier = self._earlier[campaign] = _Earlier(now, first, await self._read(campaign, None, first))
        return earlier.contacts + await self._read(campaign, first, now)

    def forget_others(self, campaigns: Collection[str]) -> None:
        """Forgets all campaigns but these."""
        self._earlier = {campaign: kept for campaign, kept in self._earlier.items() if campaign in campaigns}

    async def _read(self, campaign: str, since: datetime | None, until: datetime) -> Counter[TeamDay]:
        found = Counter[TeamDay]()
        for volume in await self._volumes.volumes(campaign, since, until, ["team", "quarter"]):
            if volume.team is not None and volume.quarter is not None:  # as asked for
                found[TeamDay(volume.team, volume.quarter.astimezone(LONDON).date())] += volume.contacts
        return found
