"""Parsers read or refuse anything a caller sends: never anything else, and never half."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.intake import ndjson as lines
from services.intake.contacts.contact import PERSONAL, ContactReport
from services.intake.ndjson import LINE_BYTES, batches, refusal, whole
from shared.customers.letter_reference import ALPHABET, parse_letter_reference
from shared.errors import OtmError
from tests.intake.given.letters import report

T = TypeVar("T")
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
fields = st.sampled_from([*ContactReport.model_fields, "$where", "campaign"])
SECRET = "Gwenllian-Ap-Rhys"


@given(st.dictionaries(fields, values, max_size=4))
def test_a_report_is_read_as_it_is_or_refused_without_being_repeated(changes: dict[str, object]) -> None:
    body = {**report(), "caller_name": SECRET, **changes}
    read = attempt(lambda: ContactReport.model_validate_json(json.dumps(body)))
    if isinstance(read, Exception):
        assert SECRET not in json.dumps(refusal(1, read))
        return
    again = json.loads(read.model_dump_json(exclude_none=True))
    assert all(again[name] == value for name, value in body.items() if name in PERSONAL and isinstance(value, str))
    assert {name: again[name] for name in ("channel", "reason")} == {n: body[n] for n in ("channel", "reason")}
    assert SECRET not in repr(read)


@given(st.binary(max_size=200))
@example(b"[" * 100_000)
@example(json.dumps(report()).encode() + b"\x00")
def test_bytes_are_a_report_or_a_refusal(line: bytes) -> None:
    read = attempt(lambda: ContactReport.model_validate_json(whole((1, line))))
    assert not isinstance(read, Exception) or refusal(1, read)["status"] in (400, 413, 422)


@given(st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")), max_size=20), st.integers(1, 40))
def test_lines_come_out_as_they_went_in_however_they_are_cut(content: list[bytes], size: int) -> None:
    stream = b"\n".join(content)
    read = [line for batch in asyncio.run(all_batches(stream, size)) for line in batch]
    assert read == [(number, line) for number, line in enumerate(content, 1) if line.strip()]


@given(st.lists(st.sampled_from([b"x", b"x" * (LINE_BYTES + 1), b""]), max_size=8), st.integers(1_000, 90_000))
def test_a_line_that_is_too_long_is_none_and_spoils_no_other(content: list[bytes], size: int) -> None:
    read = [line for batch in asyncio.run(all_batches(b"\n".join(content), size)) for line in batch]
    assert read == [(n, None if len(line) > LINE_BYTES else line) for n, line in enumerate(content, 1) if line]


@given(st.text(max_size=60) | st.text(ALPHABET, min_size=10, max_size=10))
def test_a_letter_reference_is_brought_to_one_spelling_or_refused_by_its_rule(text: str) -> None:
    canonical = attempt(lambda: parse_letter_reference(text))
    if isinstance(canonical, OtmError):
        assert canonical.problems[0].rule in ("length", "alphabet", "check-character")
        return
    assert isinstance(canonical, str)
    assert parse_letter_reference(canonical.lower().replace("-", "  ")) == canonical
    assert set(canonical) <= {*ALPHABET, "-"}


def attempt(read: Callable[[], T]) -> T | Exception:
    """Returns the value that was read, or the error."""
    try:
        return read()
    except (ValidationError, OtmError) as error:
        return error


async def all_batches(stream: bytes, size: int) -> list[list[lines.Line]]:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(stream), size):
            yield stream[start : start + size]

    return [batch async for batch in batches(pieces(), 3)]
