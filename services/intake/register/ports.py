"""The register of letters and campaigns, as the rules of intake use it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.intake.campaigns.campaign import KnownCampaign
from services.intake.register.letter import RegisteredLetter
from services.intake.register.register import History
from shared.contracts import CampaignApproved, LinesToTakePublished


class Letters(Protocol):
    """Letters that were issued, by what names them."""

    async def letters(self, references: Sequence[str]) -> dict[str, RegisteredLetter]: ...

    async def letters_to_all(self, customers: Sequence[str]) -> dict[str, list[RegisteredLetter]]:
        """The letters of each customer (a token), the newest first."""
        ...


class Register(Letters, Protocol):
    """Letters, campaigns and lines to take, as intake has heard of them. Every write may be repeated."""

    async def campaign_approved(self, approved: CampaignApproved) -> None: ...

    async def letters_paused(self, campaign: str, version: int, at: datetime | None) -> None:
        """Letters of the campaign are paused since `at`; None: they are not, or have ended."""
        ...

    async def lines_published(self, published: LinesToTakePublished) -> None: ...

    async def add(self, letters: Sequence[RegisteredLetter]) -> None: ...

    async def letters_to(self, customer: str) -> list[RegisteredLetter]:
        """The newest first."""
        ...

    async def campaigns(self) -> Sequence[KnownCampaign]: ...

    async def lines(self, campaign: str, version: int | None) -> LinesToTakePublished | None:
        """The newest version where none is named."""
        ...

    async def history(self, letter: RegisteredLetter) -> History: ...
