"""Bodies that must be whole before anything is done with them wait on disk: encrypted, and without a name."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.requests import ClientDisconnect

from shared.errors import Malformed, Unavailable
from shared.protection import NONCE

AT_ONCE = 4
"""Bodies that one process keeps at a time, each up to the limit of its operation."""
PIECE = 65_536  # bytes
TAG = 16  # bytes by which a piece grows when it is encrypted
IDLE = 60.0  # seconds for which nothing need come


class Spool:
    """The key is in memory alone: whoever gets hold of the disk reads nothing, and what a crash leaves is noise."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._digest = hashlib.sha256()
        self._pieces = 0

    @property
    def sha256(self) -> str:
        """Returns the SHA-256 of all that was put in, in hex."""
        return self._digest.hexdigest()

    async def fill(self, chunks: AsyncIterator[bytes], within: float) -> None:
        """Once, in so many seconds, with no more than `IDLE` between two chunks: a connection that died without saying
        so must not keep the place of another. Raises `Malformed` for a stream that broke off or stopped, `Unavailable`
        where the disk is full."""
        try:
            async with asyncio.timeout(within):
                await self._fill(chunks)
        except TimeoutError:
            raise Malformed("the stream stopped or took too long: nothing of it was kept, send it anew") from None

    async def _fill(self, chunks: AsyncIterator[bytes]) -> None:
        pending = bytearray()
        try:
            async for chunk in _lively(chunks):
                self._digest.update(chunk)
                pending += chunk
                while len(pending) >= PIECE:
                    self._put(bytes(pending[:PIECE]))
                    del pending[:PIECE]
            self._put(bytes(pending))
            self._file.flush()
        except TimeoutError:  # an OSError too
            raise
        except ClientDisconnect:
            raise Malformed("the stream broke off before its end: nothing of it was kept") from None
        except OSError:
            raise Unavailable("there is no room to keep this until it is whole: try again") from None

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yields all that was put in, from the beginning."""
        self._file.seek(0)
        for number in range(self._pieces):
            yield self._cipher.decrypt(_nonce(number), self._file.read(PIECE + TAG), None)
            await asyncio.sleep(0)

    def _put(self, piece: bytes) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._pieces), piece, None))
        self._pieces += 1


class SpoolRoom:
    """`folder` is where bodies wait: give it a disk, not memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken = 0

    @contextmanager
    def spool(self) -> Iterator[Spool]:
        """Gone at the end, whatever happens. Raises `Unavailable` while as many as there may be are in hand."""
        if self._taken == AT_ONCE:
            raise Unavailable("as many streams as fit are in hand: try again when they are done")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._taken += 1
        try:
            with TemporaryFile(dir=self._folder) as file:
                yield Spool(file)
        finally:
            self._taken -= 1


async def _lively(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Raises `TimeoutError` when nothing comes for too long."""
    while True:
        async with asyncio.timeout(IDLE):
            chunk = await anext(chunks, None)
        if chunk is None:
            return
        yield chunk


def _nonce(number: int) -> bytes:
    """Each piece has its own, and the key is used for one body only."""
    return number.to_bytes(NONCE, "big")
