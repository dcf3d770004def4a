"""Reads a population file as it arrives, a row at a time, in memory that does not grow with the file."""

import codecs
import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Iterator

from services.dispatcher.customers.schema import PopulationSchema
from shared.errors import Invalid, Malformed, Problem, TooLarge

ROW_CHARACTERS = 20_000  # characters
MOST_ROWS = 5_000_000
QUOTE = '"'

Fields = dict[str, str]
Row = tuple[int, Fields | None]
"""The row's number (the first after the header is 1) and its fields; None if it has not as many as the header."""


async def rows(chunks: AsyncIterator[bytes], schema: PopulationSchema) -> AsyncGenerator[Row, None]:
    """The rows of a UTF-8 CSV file with a header, quoted as RFC 4180 says. Blank lines are passed over.

    Raises `Malformed`, `TooLarge` or `Invalid` when the file as a whole cannot be used.
    """
    layout: list[str | None] | None = None
    number = 0
    async for record in records(chunks):
        if layout is None:
            layout = schema.layout(record)
            continue
        number += 1
        if number > MOST_ROWS:
            raise TooLarge(f"a population has at most {MOST_ROWS} rows")
        yield number, _named(layout, record)
    if layout is None:
        raise Invalid("the file is empty", Problem("file", "empty", "a header and at least one row are needed"))


def _named(layout: list[str | None], record: list[str]) -> Fields | None:
    if len(record) != len(layout):
        return None
    return {name: value for name, value in zip(layout, record, strict=True) if name}


async def records(chunks: AsyncIterator[bytes]) -> AsyncIterator[list[str]]:
    """Yields the values of each line that is not blank, the header included."""
    pending = ""
    async for text in _decoded(chunks):
        pending += text
        complete, pending = _complete_lines(pending)
        for record in _parsed(complete):
            yield record
        if len(pending) > ROW_CHARACTERS:
            raise TooLarge(f"a row is longer than {ROW_CHARACTERS} characters: is a quote left open?")
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
    """Splits after the last line end that is outside quotes: there the number of quotes so far is even."""
    quotes, end = text.count(QUOTE), len(text)
    while (line_end := text.rfind("\n", 0, end)) >= 0:
        quotes -= text.count(QUOTE, line_end, end)
        if quotes % 2 == 0:
            return text[: line_end + 1], text[line_end + 1 :]
        end = line_end
    return "", text


def _parsed(text: str) -> Iterator[list[str]]:
    try:
        yield from filter(None, csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise Malformed("the file is not CSV as RFC 4180 describes it") from None
