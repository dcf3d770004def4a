"""Files sent as a population, as CSV: CSV as it comes, Parquet turned into it, anything else refused by name."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator
from collections.abc import Set as AbstractSet
from contextlib import aclosing, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from services.dispatcher.files import parquet as population_parquet
from shared.errors import Invalid, Malformed, Problem

PARQUET = b"PAR1"
REFUSED = {
    b"PK\x03\x04": "a zip archive or a spreadsheet: unpack it, or save the sheet as CSV UTF-8",
    b"PK\x05\x06": "an empty zip archive: send the CSV file itself",
    b"\x1f\x8b": "compressed with gzip: send the CSV file itself",
    b"\x28\xb5\x2f\xfd": "compressed with zstd: send the CSV file itself",
    b"BZh": "compressed with bzip2: send the CSV file itself",
    b"\xfd7zXZ": "compressed with xz: send the CSV file itself",
    b"\xd0\xcf\x11\xe0": "a spreadsheet: save it as CSV UTF-8",
    b"%PDF": "a PDF",
    b"\xff\xfe": "UTF-16: save it as CSV UTF-8",
    b"\xfe\xff": "UTF-16: save it as CSV UTF-8",
}
"""Kinds of files that people do send, by their first bytes. Nothing is ever decompressed in the service itself."""
SIGN_BYTES = 8  # bytes, by which every kind of file is known
READ_BYTES = 65_536  # bytes


async def as_csv(
    chunks: AsyncIterator[bytes], folder: Path, ignored: AbstractSet[str] = frozenset()
) -> AsyncGenerator[bytes, None]:
    """Yields CSV, without columns of Parquet whose headings are `ignored`.

    `folder` is where a Parquet file waits to be read: without a name, so that whatever happens it is gone with us.

    Raises `Malformed` for what is neither CSV nor Parquet.
    """
    pieces = refuse_by_name(chunks)
    head = await anext(pieces, b"")
    if not head.startswith(PARQUET):
        yield head
        async for chunk in pieces:
            yield chunk
        return
    with TemporaryFile(dir=folder) as spooled:
        spooled.write(head)
        async for chunk in pieces:
            spooled.write(chunk)
        spooled.flush()
        spooled.seek(0)
        async with aclosing(_converted(spooled, ignored)) as converted:
            async for piece in converted:
                yield piece


async def refuse_by_name(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yields the same bytes; the first piece is long enough to tell what kind of file it is. Raises `Malformed`."""
    head = b""
    async for chunk in chunks:
        head += chunk
        if len(head) >= SIGN_BYTES:
            break
    kind = next((kind for sign, kind in REFUSED.items() if head.startswith(sign)), None)
    if kind is None and b"\0" in head[:SIGN_BYTES] and not head.startswith(PARQUET):
        kind = "not text, or UTF-16: save it as CSV UTF-8"
    if kind:
        raise Malformed(f"the file is {kind}")
    yield head
    async for chunk in chunks:
        yield chunk


async def _converted(file: IO[bytes], ignored: AbstractSet[str]) -> AsyncGenerator[bytes, None]:
    arguments = (str(file.fileno()), json.dumps(sorted(ignored)))
    program = (sys.executable, "-I", population_parquet.__file__, *arguments)
    process = await asyncio.create_subprocess_exec(
        *program, stdout=PIPE, stderr=PIPE, stdin=asyncio.subprocess.DEVNULL, pass_fds=(file.fileno(),), env={}
    )
    try:
        output = process.stdout or asyncio.StreamReader()
        while piece := await output.read(READ_BYTES):
            yield piece
        await _check_end(process)
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _check_end(process: Process) -> None:
    """Raises `Invalid` with the reader's problems, or `Malformed` when the file broke the reader."""
    said = await process.stderr.read(READ_BYTES) if process.stderr else b""
    code = await process.wait()
    if code == population_parquet.REFUSED:
        field, rule, message = json.loads(said)
        raise Invalid(message, Problem(field, rule, message))
    if code != 0:
        raise Malformed("the Parquet file cannot be read in the memory and time that a population is given")
