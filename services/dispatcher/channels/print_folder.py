"""Print, picked up from a folder: files appear whole or not at all, the manifest last."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from services.dispatcher.channels.channel import Batch, SendClearance, Way
from services.dispatcher.channels.print_files import PRINT, is_of, manifest_name, print_files
from services.dispatcher.ledger.ports import SendLedger
from shared.errors import Unavailable
from shared.identifiers import new_id


class PrintChannel:
    """Print channel that writes to a folder. A manifest that exists means that its data file is complete."""

    one_by_one = False
    capabilities = PRINT

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @asynccontextmanager
    async def reserved(self, batch: Batch, ledger: SendLedger) -> AsyncIterator[Way]:
        with _refusing():
            (self._folder / batch.campaign).mkdir(parents=True, exist_ok=True, mode=0o700)
        yield Way(self._send)

    async def _send(self, batch: Batch, clearance: SendClearance) -> None:
        folder = self._folder / batch.campaign
        files = await asyncio.to_thread(print_files, batch)
        with _refusing():
            await asyncio.to_thread(_write_whole, folder / files.data_name, files.data)
        await clearance.handing_over(files.digests)
        try:
            with _refusing():
                await asyncio.to_thread(_write_whole, folder / files.manifest_name, files.manifest)
        except Unavailable:  # without its manifest a file is none
            if not (folder / files.manifest_name).exists():
                (folder / files.data_name).unlink(missing_ok=True)
            await clearance.kept_back()
            raise

    async def look_back(self, batch: Batch, ledger: SendLedger) -> bool:
        """The manifest comes last: where it is, all is."""
        manifest = self._folder / batch.campaign / manifest_name(batch)
        with _refusing():
            return manifest.exists() and is_of(await asyncio.to_thread(manifest.read_bytes), batch)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"the print folder does not take files: {errno.errorcode.get(error.errno or 0)}") from None


def _write_whole(file: Path, data: bytes) -> None:
    """Writes the file to disk under a draft name, then renames it; the same bytes replace themselves. Each writer has a
    draft of its own, since two containers may have the same pid."""
    draft = file.with_name(f".{file.name}.{new_id()}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    except OSError:  # a full disk is not filled further by each try
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
