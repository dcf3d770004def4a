"""Ports of calendars: the salts of their links, and the campaigns that a team was told of."""

from typing import Protocol

from services.notifier.campaigns.campaign import Known


class Salts(Protocol):
    """Salts of the teams' links. A changed salt makes a new link and closes the old one."""

    async def salt(self, team: str) -> str: ...

    async def change(self, team: str) -> None: ...


class TeamsTold(Protocol):
    async def campaigns_told(self, team: str) -> set[str]: ...


class Campaigns(Protocol):
    async def known(self, campaign: str) -> Known: ...
