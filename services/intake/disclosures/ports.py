"""The stores of disclosures and attachments, as the rules of disclosures use them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from services.intake.disclosures.attachment import Attachment


class AttachmentRepository(Protocol):
    async def add(self, attachment: Attachment, content: bytes) -> Attachment:
        """Keeps a file, encrypted. The same id again gives the one that is kept."""
        ...

    async def of(self, disclosure: str) -> Sequence[Attachment]: ...

    async def content(self, disclosure: str, attachment: str) -> bytes:
        """Raises `NotFound`."""
        ...


class OverdueDisclosures(Protocol):
    async def announce_overdue(self, today: date, now: datetime) -> bool:
        """Announces every open disclosure that is late, once each. Returns whether there was any."""
        ...
