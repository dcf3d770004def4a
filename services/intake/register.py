"""The register of letters: what each reference that a customer may read out stands for."""

from collections.abc import Sequence
from typing import Protocol

from services.intake.contact import RegisteredLetter
from shared.contracts import CampaignApproved, CommunicationsIssued, LinesToTakePublished
from shared.contracts.lines_to_take import Line
from shared.values import CampaignReference, Value


class Answer(Value):
    """What a call handler needs: the letter, its campaign, and the lines to take that applied when it was issued."""

    letter: RegisteredLetter
    campaign: CampaignReference
    title: str
    lines_to_take: tuple[Line, ...]
    earlier_contacts: int


class Register(Protocol):
    """Every write may be repeated."""

    async def campaign_approved(self, approved: CampaignApproved) -> None: ...

    async def lines_published(self, published: LinesToTakePublished) -> None: ...

    async def add(self, letters: Sequence[RegisteredLetter]) -> None: ...

    async def letter(self, reference: str) -> RegisteredLetter | None: ...

    async def look_up(self, reference: str) -> Answer:
        """Raises `NotFound` for a letter that is not in the register."""
        ...


def letters_of(issued: CommunicationsIssued) -> list[RegisteredLetter]:
    return [
        RegisteredLetter(
            reference=each.reference,
            campaign=issued.campaign,
            arm=each.arm,
            language=each.language,
            lines_to_take=issued.lines_to_take,
            issued_at=issued.issued_at,
        )
        for each in issued.communications
    ]
