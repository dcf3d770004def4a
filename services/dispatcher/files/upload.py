"""A file as somebody sends it, and the digest of what came."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from shared.errors import Malformed


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it comes in. `sha256` is what its sender says it is, as 64 hex digits, if they do."""

    chunks: AsyncIterator[bytes]
    sent_by: str
    sha256: str | None = None


class Hashed:
    """A file, with the digest of the part that was read."""

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        self._digest = hashlib.sha256()

    async def chunks(self) -> AsyncIterator[bytes]:
        async for chunk in self._upload.chunks:
            self._digest.update(chunk)
            yield chunk

    async def to_its_end(self) -> str:
        """Reads the rest, and returns the digest of the whole file."""
        async for _ in self.chunks():
            pass
        return self.hexdigest()

    def hexdigest(self) -> str:
        return self._digest.hexdigest()

    def expect_as_sent(self) -> None:
        """Raises `Malformed` for a file, read to its end, that is another one than its sender says."""
        if self._upload.sha256 not in (None, self.hexdigest()):
            raise Malformed("the file did not arrive as it was sent: its SHA-256 is another one")
