"""A population file is read exactly as it is written, however it comes in, or refused as a whole."""

import csv
import io
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.dispatcher.customers.schema import BY_DEFAULT as REQUIRED
from services.dispatcher.files.csv_rows import ROW_CHARACTERS, rows
from shared.errors import Malformed, OtmError, TooLarge
from tests.dispatcher.given.people import SCHEMA

HEADER = ",".join(REQUIRED)
Read = list[tuple[int, list[str] | None]]

cells = st.text(st.characters(codec="utf-8"), max_size=12) | st.text('",\r\n é😀', max_size=8)
tables = st.lists(st.lists(cells, min_size=1, max_size=6), max_size=8)
cuts = st.lists(st.integers(0, 600), max_size=12)


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    edges = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


async def read(chunks: Sequence[bytes]) -> Read:
    async def stream() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return [
        (number, list(fields.values()) if isinstance(fields, dict) else None)
        async for number, fields in rows(stream(), SCHEMA)
    ]


def as_csv_has_it(text: str) -> Read:
    """The records after the header as the standard library reads them; None where they are ragged."""
    records = [record for record in csv.reader(io.StringIO(text, newline=""), strict=True) if record]
    return [(n, r if len(r) == len(REQUIRED) else None) for n, r in enumerate(records[1:], start=1)]


@given(
    tables, st.sampled_from(("\n", "\r\n")), st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)), cuts, st.booleans()
)
async def test_every_row_is_read_as_it_was_written_wherever_the_file_is_cut(
    table: list[list[str]], line_end: str, quoting: int, places: list[int], bom: bool
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=line_end, quoting=quoting).writerows([list(REQUIRED), *table])  # type: ignore[arg-type]
    written = text.getvalue()
    data = b"\xef\xbb\xbf" * bom + written.encode()
    assert await read(cut(data, places)) == as_csv_has_it(written)
    assert await read(cut(data.rstrip(b"\r\n"), places)) == as_csv_has_it(written.rstrip("\r\n"))


@given(st.text('a,"\n\r', max_size=40), cuts)
@example('a"b\n"c\nd"\n', [len(HEADER) + 8])
async def test_a_file_that_is_quoted_anyhow_is_read_as_it_stands_or_refused_but_never_misread(
    body: str, places: list[int]
) -> None:
    text = f"{HEADER}\n{body}"
    try:
        found = await read(cut(text.encode(), places))
    except (Malformed, TooLarge):
        return
    assert found == as_csv_has_it(text)


@given(st.binary(max_size=200), st.booleans(), cuts)
async def test_no_bytes_whatever_bring_it_down(data: bytes, after_a_header: bool, places: list[int]) -> None:
    try:
        await read(cut(HEADER.encode() * after_a_header + b"\n" + data, places))
    except OtmError:
        return


@pytest.mark.parametrize("filler", [b"x" * 1000, b"x\n" * 500, b"\xff" * 1000])
async def test_a_row_that_never_ends_is_refused_before_it_fills_the_memory(filler: bytes) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        yield HEADER.encode() + b'\n"'  # a quote that is never closed
        while taken < 5 * ROW_CHARACTERS:  # which is as good as for ever
            taken += len(filler)
            yield filler

    with pytest.raises((TooLarge, Malformed)):
        async for _ in rows(endless(), SCHEMA):
            pass
    assert taken < 2 * ROW_CHARACTERS


async def test_line_ends_within_quotes_that_are_never_closed_do_not_hold_up_everybody_else() -> None:
    began = time.monotonic()
    with pytest.raises(TooLarge):
        await read([HEADER.encode() + b'\n"' + b"\n" * 500_000])
    assert (
        time.monotonic() - began < 10
    )  # about a quarter of a second, but minutes if every line end were looked back from
