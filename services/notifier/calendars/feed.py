"""A team's calendar of launches and waves, behind a link that only the team knows."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence

from services.notifier.calendars.diary import diary
from services.notifier.calendars.ports import Campaigns, Salts, TeamsTold
from services.notifier.campaigns.campaign import Known
from services.notifier.rendering.calendar import calendar_file
from services.notifier.rendering.content import DiaryDate
from shared.errors import NotFound

PURPOSE = b"notifier: calendar feeds"


class CalendarFeed:
    """Feeds of the directory's `teams`. `public_url` is where the service is reached."""

    def __init__(
        self, key: bytes, public_url: str, teams: Iterable[str], salts: Salts, told: TeamsTold, campaigns: Campaigns
    ) -> None:
        self._key = hmac.digest(key, PURPOSE, hashlib.sha256)
        self._url = public_url.rstrip("/")
        self._teams = frozenset(teams)
        self._salts = salts
        self._told = told
        self._campaigns = campaigns

    async def link(self, team: str) -> str:
        """Returns a team's link. Raises `NotFound` for a team that is not in the directory."""
        if team not in self._teams:
            raise NotFound("there is no such team")
        return f"{self._url}/v1/calendars/{team}/{await self._token(team)}.ics"

    async def rotate(self, team: str) -> str:
        """Returns a new link, and closes the old one."""
        await self.link(team)
        await self._salts.change(team)
        return await self.link(team)

    async def feed(self, team: str, token: str) -> bytes:
        """Returns the dates of every campaign of which the team was told. Raises `NotFound` for a link that is not the
        team's.
        """
        if not hmac.compare_digest(token.encode(), (await self._token(team)).encode()) or team not in self._teams:
            raise NotFound("there is no such calendar")
        campaigns = sorted(await self._told.campaigns_told(team))
        known = [await self._campaigns.known(campaign) for campaign in campaigns]
        return calendar_file(_dates(known), f"One to Many: {team}")

    async def _token(self, team: str) -> str:
        return hmac.digest(self._key, f"{team}|{await self._salts.salt(team)}".encode(), hashlib.sha256).hex()


def _dates(campaigns: Sequence[Known]) -> list[DiaryDate]:
    return [date for known in campaigns for date in diary(known)]
