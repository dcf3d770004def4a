"""Streams of lines: read as they come, in batches, with an answer for each line, and memory stays bounded."""

from codecs import BOM_UTF8
from collections.abc import AsyncIterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.errors import OtmError, TooLarge
from shared.reading.json_names import expect_single_names
from shared.refusals import in_one_line
from shared.visible_text import expect_visible

M = TypeVar("M", bound=BaseModel)
LINE_BYTES = 64_000  # bytes
MOST_LINES = 100_000
Line = tuple[int, bytes | None]
"""Its number, from 1, and what stands in it; None for one that is too long, which is let go of as it comes."""


async def batches(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[list[Line]]:
    """Yields the lines in batches of `size`, without the empty ones. The first line with something in it after
    `MOST_LINES` is the last that is given, to be refused."""
    batch: list[Line] = []
    number = 0
    async for line in _lines(chunks):
        number += 1
        if line is None or line.strip():
            batch.append((number, line))
        if batch and number % size == 0:
            yield batch
            batch = []
        if batch and number > MOST_LINES:
            break
    if batch:
        yield batch


def whole(line: Line) -> bytes:
    """Raises `TooLarge` for a line that is too long or one too many, and `Invalid` for control characters in it."""
    number, text = line
    if number > MOST_LINES:
        raise TooLarge(f"at most {MOST_LINES} lines are taken together: send this and all after it anew")
    if text is None:
        raise TooLarge(f"a line has at most {LINE_BYTES} bytes")
    expect_visible(text)
    return text


def read_line(text: bytes, model: type[M]) -> M:
    """Returns what the JSON of a line says. Raises `ValidationError`, and `Invalid` for a name that is there twice."""
    text = text.removeprefix(BOM_UTF8)
    value = model.model_validate_json(text)
    expect_single_names(text)
    return value


def refusal(number: int, error: BaseException) -> dict[str, Any]:
    """Returns the answer for a line that was refused, which never repeats the line."""
    if isinstance(error, ValidationError):
        return {"line": number, "status": 422, "problem": in_one_line(error)}
    if isinstance(error, OtmError):
        return {"line": number, "status": error.status, "problem": error.message}
    return {"line": number, "status": 503, "problem": "this line could not be kept: send it again"}


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes | None]:
    pending, too_long = b"", False
    async for chunk in _without_mark(chunks):
        *complete, pending = (pending + chunk).split(b"\n")
        for line in complete:
            yield None if too_long or len(line) > LINE_BYTES else line
            too_long = False
        if len(pending) > LINE_BYTES:
            pending, too_long = b"", True
    if pending or too_long:
        yield None if too_long else pending


async def _without_mark(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yields the bytes without a byte order mark at their beginning, however they are cut."""
    beginning: bytes | None = b""
    async for chunk in chunks:
        if beginning is None:
            yield chunk
        elif len(beginning := beginning + chunk) >= len(BOM_UTF8):
            yield beginning.removeprefix(BOM_UTF8)
            beginning = None
    if beginning:
        yield beginning
