"""Reads a population file as it arrives, a row at a time, in memory that does not grow with the file."""

import codecs
import csv
import io
from collections.abc import AsyncIterator, Iterator

from services.dispatcher.customer import COLUMNS, REQUIRED
from shared.errors import Invalid, Malformed, Problem, TooLarge

LONGEST_ROW = 20_000  # characters
QUOTE = '"'

Fields = dict[str, str]
Row = tuple[int, Fields | None]
"""The row's number (the first after the header is 1) and its fields; None if it has not as many as the header."""


async def rows(chunks: AsyncIterator[bytes]) -> AsyncIterator[Row]:
    """The rows of a UTF-8 CSV file with a header, quoted as RFC 4180 says. Blank lines are passed over.

    Raises `Malformed`, `TooLarge` or `Invalid` when the file as a whole cannot be used.
    """
    header: list[str] | None = None
    number = 0
    async for record in _records(chunks):
        if not record:
            continue
        if header is None:
            header = _checked_header(record)
            continue
        number += 1
        yield number, dict(zip(header, record, strict=True)) if len(record) == len(header) else None
    if header is None:
        raise Invalid("the file is empty", Problem("file", "empty", "a header and at least one row are needed"))


async def _records(chunks: AsyncIterator[bytes]) -> AsyncIterator[list[str]]:
    pending = ""
    async for text in _decoded(chunks):
        pending += text
        complete, pending = _complete_lines(pending)
        for record in _parsed(complete):
            yield record
        if len(pending) > LONGEST_ROW:
            raise TooLarge(f"a row is longer than {LONGEST_ROW} characters: is a quote left open?")
    if pending.count(QUOTE) % 2:
        raise Malformed("the file ends within quotes")
    for record in _parsed(pending):
        yield record


async def _decoded(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        async for chunk in chunks:
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise Malformed("the file is not UTF-8: save it as CSV UTF-8") from None


def _complete_lines(text: str) -> tuple[str, str]:
    """Split after the last line end that is outside quotes: there the number of quotes so far is even."""
    quotes, end = text.count(QUOTE), len(text)
    while (line_end := text.rfind("\n", 0, end)) >= 0:
        quotes -= text.count(QUOTE, line_end, end)
        if quotes % 2 == 0:
            return text[: line_end + 1], text[line_end + 1 :]
        end = line_end
    return "", text


def _parsed(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error:
        raise Malformed("the file is not CSV as RFC 4180 describes it") from None


def _checked_header(record: list[str]) -> list[str]:
    header = [name.strip().lower() for name in record]
    problems = [Problem(name, "missing-column", "this column is needed") for name in REQUIRED if name not in header]
    # by its place: in a file without a header the first row is somebody's data
    problems += [
        Problem(f"column.{place}", "unknown-column", "not a known column")
        for place, name in enumerate(header, start=1)
        if name not in COLUMNS
    ]
    if len(set(header)) < len(header):
        problems.append(Problem("header", "unique", "a column stands there twice"))
    if problems:
        raise Invalid(f"the columns are not as expected; known are {', '.join(COLUMNS)}", *problems)
    return header
