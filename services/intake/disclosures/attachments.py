"""Files that belong to what was volunteered: kept as they are, encrypted; never opened, executed or shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import puremagic
from pydantic import Field

from services.intake.disclosures.disclosure import disclosure_reference
from shared.clock import Clock
from shared.errors import Conflict, Invalid, Problem
from shared.values import Code, Count, Identifier, Instant, Value

ALLOWED = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/tiff": (b"II*\x00", b"MM\x00*"),
}
"""The types that are taken, and what their content begins with: nothing that has scripts for an office to run."""
MOST_ATTACHMENTS = 10
"""Attachments of one disclosure."""
ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/tiff": "tif"}


class Attachment(Value):
    """What is known of a file without opening it. `media_type` is by its content, whatever the sender called it.

    `digest` tells another file from the same one sent again, to us alone: anybody could look up a plain one of a form
    that is printed by the thousand.
    """

    id: Identifier
    disclosure: Identifier
    media_type: str
    size: Count
    added_by: Code
    added_at: Instant
    digest: str = Field(exclude=True, repr=False)


def file_name(disclosure: str, number: int, media_type: str) -> str:
    """What the `number`-th file of a disclosure is called in an export: safe wherever it is unpacked, for nothing of
    it is the sender's."""
    return f"files/{disclosure_reference(disclosure)}-{number}.{ENDINGS[media_type]}"


class AttachmentRepository(Protocol):
    async def add(self, attachment: Attachment, content: bytes) -> Attachment:
        """Keep it, encrypted. The same id again gives the one that is kept."""
        ...

    async def of(self, disclosure: str) -> Sequence[Attachment]: ...

    async def content(self, disclosure: str, attachment: str) -> bytes:
        """Raises `NotFound`."""
        ...


class Attachments:
    def __init__(self, repository: AttachmentRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock

    async def add(self, identifier: str, disclosure: str, content: bytes, digest: str, by: str) -> Attachment:
        """Raises `Invalid` for a type that is not taken, `Conflict` for one too many or another file under this id."""
        kept = await self._repository.of(disclosure)
        if len(kept) >= MOST_ATTACHMENTS and identifier not in {attachment.id for attachment in kept}:
            raise Conflict(f"a disclosure has at most {MOST_ATTACHMENTS} attachments")
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
        """To the millisecond, as it is kept."""
        now = self._clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


def media_type(content: bytes) -> str:
    """By content alone; the beginning must be that of the type, so that nothing else hides in front of it."""
    try:
        guesses = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        guesses = []
    for guess in guesses:
        if guess.mime_type in ALLOWED and content.startswith(ALLOWED[guess.mime_type]):
            return str(guess.mime_type)
    message = "only PDF, PNG, JPEG and TIFF files are taken, by what is in them"
    raise Invalid(message, Problem("body", "media-type", message))
