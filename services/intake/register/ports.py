"""The register of letters and campaigns, as the rules of intake use it."""

from collections.abc import Sequence
from typing import Protocol

from services.intake.campaigns.campaign import KnownCampaign
from services.intake.register.letter import RegisteredLetter
from services.intake.register.register import History
from shared.contracts import CampaignApproved, LinesToTakePublished


class Register(Protocol):
    """What intake has heard of. Every write may be repeated."""

    async def campaign_approved(self, approved: CampaignApproved) -> None: ...

    async def lines_published(self, published: LinesToTakePublished) -> None: ...

    async def add(self, letters: Sequence[RegisteredLetter]) -> None: ...

    async def letters(self, references: Sequence[str]) -> dict[str, RegisteredLetter]: ...

    async def letters_to(self, customer: str) -> list[RegisteredLetter]:
        """The newest first."""
        ...

    async def campaigns(self) -> Sequence[KnownCampaign]: ...

    async def lines(self, campaign: str, version: int | None) -> LinesToTakePublished | None:
        """The newest version where none is named."""
        ...

    async def history(self, letter: RegisteredLetter) -> History: ...
