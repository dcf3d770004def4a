"""An export with the files that the customer sent us, as one ZIP archive that is made while it is sent."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Protocol
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from services.intake.privacy.paper import on_paper
from shared.clock import LONDON
from shared.customers.subject_access import Export

PIECE = 256_000  # bytes
PRIVATE = 0o600 << 16
"""File mode of the unpacked files: readable by their owner only."""


class Files(Protocol):
    async def content(self, disclosure: str, attachment: str) -> bytes: ...


class _Outgoing:
    """Bytes that the archive has written and that are not sent yet."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it."""

    def close(self) -> None:
        """Does nothing: the bytes can be taken after closing."""

    def take(self) -> bytes:
        taken, self._written = bytes(self._written), bytearray()
        return taken


async def as_zip(export: Export, files: Files) -> AsyncIterator[bytes]:
    """`export.json`, `export.pdf`, and each file under the name that both give it. One file at a time is in memory."""
    out = _Outgoing()
    with ZipFile(out, "w") as archive:
        yield _whole(archive, out, _entry("export.json", export.made_at), export.model_dump_json(indent=2).encode())
        yield _whole(archive, out, _entry("export.pdf", export.made_at), await on_paper(export))
        for kept in export.holdings.get("attachments", []):
            entry = _entry(kept["file"], export.made_at, ZIP_STORED)  # such files are compressed already
            for piece in _by_pieces(archive, out, entry, await files.content(kept["disclosure"], kept["id"])):
                yield piece
    yield out.take()


def _whole(archive: ZipFile, out: _Outgoing, entry: ZipInfo, content: bytes) -> bytes:
    archive.writestr(entry, content)
    return out.take()


def _by_pieces(archive: ZipFile, out: _Outgoing, entry: ZipInfo, content: bytes) -> Iterator[bytes]:
    with archive.open(entry, "w") as file:
        for start in range(0, len(content), PIECE):
            file.write(content[start : start + PIECE])
            yield out.take()


def _entry(name: str, made_at: datetime, compression: int = ZIP_DEFLATED) -> ZipInfo:
    entry = ZipInfo(name, made_at.astimezone(LONDON).timetuple()[:6])
    entry.compress_type, entry.external_attr = compression, PRIVATE
    return entry
