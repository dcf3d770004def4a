"""CSV is read the same however the network cut it, and every refusal names the row and the line."""

from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.errors import Malformed, OtmError, TooLarge
from shared.reading.csv_records import RECORD_CHARACTERS, Record, records

HEADER = b"a,b\r\n"
signs = st.sampled_from(
    [
        b"sep=,\r\n",
        b"\0",
        b"\xc2\xa0",
        b"a",
        b",",
        b'"',
        b'""',
        b" ",
        b"\r",
        b"\n",
        b"\r\n",
        b"\xc5\xb7",
        b"\xc5",
        b"\xef\xbb\xbf",
        b"x" * 7_000,
        b'"\n',
    ]
)
files = st.lists(signs, max_size=40).map(b"".join)
cuts = st.lists(st.integers(0, 30_000), max_size=8)


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    edges = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


async def read(pieces: Sequence[bytes]) -> tuple[list[Record], str]:
    """Returns the records before the end or the refusal, and the refusal."""

    async def stream() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    found: list[Record] = []
    try:
        async for record in records(stream()):
            found.append(record)
    except OtmError as error:
        return found, f"{error.code}: {error.message}"
    return found, ""


@given(files, cuts)
@example(b'a,"b\n' + b"x" * 25_000 + b"\xff", [10, 21_000])
@example(b"a," + b"x" * 25_000 + b'"\n1,2', [20_000, 20_002, 20_005])
@example(b'a\r\n"b"\r', [2, 3])
@example(b"\xef\xbb\xbf\n\xc5a", [4])
async def test_the_same_bytes_have_one_verdict_wherever_they_are_cut(data: bytes, places: list[int]) -> None:
    whole = await read([data])
    assert await read(cut(data, places)) == whole
    assert await read([data[at : at + 1] for at in range(min(len(data), 300))] + [data[300:]]) == whole


async def test_a_row_that_is_too_long_is_cut_and_the_rest_of_the_file_is_read() -> None:
    found, refusal = await read([HEADER + b"x" * 25_000 + b",1\r\n3,4"])
    assert not refusal
    assert [(r.row, r.line, r.overlong) for r in found] == [(0, 1, False), (1, 2, True), (2, 3, False)]
    assert found[2].values == ["3", "4"]


@pytest.mark.parametrize("line_end", [b"\r", b"\n", b"\r\n"])
async def test_lines_may_end_as_any_system_ends_them(line_end: bytes) -> None:
    found, _ = await read(cut(line_end.join([b"a,b", b"", b'1,"2', b'3"', b"4,5"]), range(12)))
    assert [(r.row, r.line, r.values) for r in found] == [
        (0, 1, ["a", "b"]), (1, 3, ["1", f"2{line_end.decode()}3"]), (2, 5, ["4", "5"]),
    ]  # fmt: skip


@pytest.mark.parametrize("unseen", ["\ufeff", "\u00a0", "\u200b", "\u200e", "\u202f "])
async def test_signs_that_nobody_sees_around_quotation_marks_are_no_part_of_a_value(unseen: str) -> None:
    """As in files that were put together from several, each of which began with a byte order mark."""
    found, refusal = await read([HEADER, f'{unseen}"Other, Ann"{unseen},{unseen}"b"\r\n'.encode()])
    assert (found[1].values, refusal) == (["Other, Ann", "b"], "")


@pytest.mark.parametrize("line", [b"sep=,\r\n", b"\xef\xbb\xbfSEP=,\n"])
async def test_the_line_that_tells_a_spreadsheet_of_commas_is_passed_over_before_the_header_alone(line: bytes) -> None:
    found, _ = await read([line + HEADER + b"1,2\r\nsep=,\r\n"])
    assert [(r.row, r.line, r.values) for r in found] == [
        (0, 2, ["a", "b"]), (1, 3, ["1", "2"]), (2, 4, ["sep=", ""]),
    ]  # fmt: skip


async def test_a_formula_that_is_a_text_is_that_text() -> None:
    found, _ = await read([HEADER + b'="0123",=1+1\r\n"=""0123""",="a"b\r\n'])
    assert [r.values for r in found[1:]] == [["0123", "=1+1"], ["0123", '="a"b']]


async def test_a_header_in_utf_16_without_a_mark_is_told_so() -> None:
    _, refusal = await read(["a,b\r\n1,2\r\n".encode("utf-16-le")])
    assert refusal.startswith(
        "malformed: the header (line 1 of the file) has bytes that are no text, as UTF-16 has: save"
    )


async def test_a_quotation_mark_within_a_value_is_part_of_it_and_blanks_before_an_opening_one_are_not() -> None:
    found, _ = await read([b'12" pipe, "Ann Other"\n"The ""Shop""" ,5'])
    assert [r.values for r in found] == [['12" pipe', "Ann Other"], ['The "Shop"', "5"]]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'a\n\n1\n"The" Shop', "row 2 (line 4 of the file) has signs after a closing quotation mark"),
        (b'a\n1\n"2\n3\n', "row 2 (line 3 of the file) opens a quotation mark that is never closed"),
        (b"a\n1\n\xe9", "row 2 (line 3 of the file) is not UTF-8"),
        (b"a\n1\n2\xc5", "row 2 (line 3 of the file) is not UTF-8: the file ends within a character"),
        (b'"' + b"\n" * (RECORD_CHARACTERS + 1), "the header (line 1 of the file) is longer than 20000 characters"),
    ],
)
async def test_a_refusal_names_the_row_and_the_line(data: bytes, said: str) -> None:
    with pytest.raises((Malformed, TooLarge), match="line"):
        [_ async for _ in records(_one(data))]
    _, refusal = await read([data])
    assert said in refusal


async def _one(data: bytes) -> AsyncIterator[bytes]:
    yield data
