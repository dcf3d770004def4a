"""Redaction of a dead letter's body: its shape remains, and nothing that may be a customer's."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.contracts import CommunicationsIssued, ContactRecorded
from shared.messaging.redaction import redacted
from tests.support.samples import stored

NAMES = set(ContactRecorded.model_fields)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.sampled_from(sorted(NAMES)), inner, max_size=4)
    ),
    max_leaves=15,
)  # fmt: skip


@given(values)
@example({"reason": "Mrs Jones", "Mrs Jones": 1955839661, "contact": ["AB123456C", -1955839661.5]})
def test_nothing_but_shape_small_numbers_and_names_of_ours_is_shown(value: object) -> None:
    for shown in _leaves(redacted(json.dumps(value).encode(), ContactRecorded)):
        if isinstance(shown, str):
            assert shown in NAMES or shown.startswith("…")
        elif isinstance(shown, int | float):
            assert abs(shown) < 1_000_000


def test_references_dates_and_counts_can_be_read() -> None:
    issued = stored(CommunicationsIssued)
    shown = redacted(json.dumps(issued).encode(), CommunicationsIssued)
    assert (shown["campaign"], shown["issued_at"], shown["chunk"]) == ("OTM-26-0042", "2026-09-07T06:00:04Z", 2)
    assert shown["communications"][0] == {
        "reference": "7KM2X-Q4R9E",
        "arm": "… 5 characters",
        "language": "… 2 characters",
        "customer": "… 32 characters",
        "extra_support": True,
    }
    assert redacted(b'{"reason": "BRENT-HAYES"}', ContactRecorded) == {"reason": "… 11 characters"}
    assert redacted(b'{"contact": "5f2b7c1e-2d4a-4b8e-9c3f-0a1d2e3f4b5c"}', ContactRecorded) == {
        "contact": "5f2b7c1e-2d4a-4b8e-9c3f-0a1d2e3f4b5c"
    }


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"Mrs Jones", b"[" * 100_000, b'{"a": ' * 50_000])
def test_what_is_no_json_is_only_measured(body: bytes) -> None:
    assert redacted(body, ContactRecorded) == f"{len(body)} bytes that are not JSON"


def _leaves(value: Any) -> Iterator[object]:
    """Every value that holds no other, and every name."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value
