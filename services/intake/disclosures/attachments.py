"""Files that belong to what was volunteered: kept as they are, encrypted; never opened, executed or shown."""

from collections.abc import Sequence
from datetime import datetime

from services.intake.disclosures.attachment import Attachment, media_type
from services.intake.disclosures.ports import AttachmentRepository
from shared.clock import Clock, to_the_millisecond
from shared.errors import Conflict


class Attachments:
    def __init__(self, repository: AttachmentRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock

    async def add(self, identifier: str, disclosure: str, content: bytes, digest: str, by: str) -> Attachment:
        """Keeps a file. Raises `Invalid` for a type that is not taken, and `Conflict` for one too many, for another
        file under this id, and for a disclosure that is resolved or was erased."""
        attachment = Attachment(
            id=identifier,
            disclosure=disclosure,
            media_type=media_type(content),
            size=len(content),
            added_by=by,
            added_at=self._now(),
            digest=digest,
        )
        found = await self._repository.add(attachment, content)
        if found.digest != digest:
            raise Conflict("this Idempotency-Key was used before with a different file")
        return found

    async def of(self, disclosure: str) -> Sequence[Attachment]:
        return await self._repository.of(disclosure)

    async def content(self, disclosure: str, attachment: str) -> bytes:
        return await self._repository.content(disclosure, attachment)

    def _now(self) -> datetime:
        """Returns the present to the millisecond, as it is kept."""
        return to_the_millisecond(self._clock.now())
