"""Print, picked up from a folder: files appear whole or not at all, the manifest last.

All that can fail is done under passing names. Then the hand-over is recorded, and only then do the files get their
names: whatever comes after the record may have been picked up, so the record stays and the same bytes go again.
"""

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from services.dispatcher.channels.channel import Batch, SendClearance, Way
from services.dispatcher.channels.printing.files import PRINT, is_of, manifest_name, print_files
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
        whole = {folder / files.data_name: files.data, folder / files.manifest_name: files.manifest}
        with _refusing():
            drafts = await asyncio.to_thread(_drafts, whole)
        try:
            await clearance.handing_over(files.digests)
            with _refusing():
                await asyncio.to_thread(_publish, drafts)
        finally:
            _remove(drafts)

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


def _drafts(whole: Mapping[Path, bytes]) -> Mapping[Path, Path]:
    """Writes each file to disk under a passing name; returns those names by the file's. Each writer has drafts of its
    own, since two containers may have the same pid."""
    drafts = {file: file.with_name(f".{file.name}.{new_id()}.part") for file in whole}
    try:
        for file, draft in drafts.items():
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(whole[file])
                out.flush()
                os.fsync(out.fileno())
    except OSError:  # a full disk is not filled further by each try
        _remove(drafts)
        raise
    return drafts


def _publish(drafts: Mapping[Path, Path]) -> None:
    """Gives each draft its name, one surely on disk before the next; the same bytes replace themselves."""
    for file, draft in drafts.items():
        draft.replace(file)
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _remove(drafts: Mapping[Path, Path]) -> None:
    for draft in drafts.values():
        with suppress(OSError):  # swept later
            draft.unlink(missing_ok=True)
