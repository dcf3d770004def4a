"""Redaction of a dead letter's body: its shape remains, and nothing that may be a customer's."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.contracts import CONTRACTS, CommunicationsIssued, ContactRecorded
from shared.messaging.redaction import kind_of, redacted, word_shown
from tests.support.samples import stored

NAMES = set(ContactRecorded.model_fields) | {
    "specversion", "id", "source", "type", "time", "subject", "dataschema", "datacontenttype", "data", "correlationid",
    "traceparent",
}  # fmt: skip
WORDS = {word for each in CONTRACTS for word in (each.event_type, each.schema_uri())}

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
            assert shown in NAMES | WORDS or shown.startswith("…") or re.fullmatch(r"\d\.\d", shown)
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


def test_an_event_in_structured_mode_shows_its_version_type_and_schema_and_nothing_of_its_data() -> None:
    event = {
        "specversion": "1.0", "type": ContactRecorded.event_type, "dataschema": ContactRecorded.schema_uri(),
        "source": "/ann/other", "id": "QQ123456C", "data": {"contact": "Ann Other", "Ann Other": "1.0"},
    }  # fmt: skip
    assert redacted(json.dumps(event).encode(), ContactRecorded) == {
        "specversion": "1.0", "type": "contact.recorded.v1", "dataschema": "urn:one-to-many:schema:contact.recorded:v1",
        "source": "… 10 characters", "id": "… 9 characters", "data": {"contact": "… 9 characters", "…": "1.0"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        ("another version of CloudEvents: send specversion 1.0", None),
        ("campaign.approved.v1 is of another version", None),
        ("letter 7KM2X-Q4R9E of OTM-26-0042 is void", "letter …-… of … is void"),
        ("1.0.1 and 12.50 and £1.5 and 1.5-2.5", "….….… and ….… and £….… and ….…-….…"),
    ],
)
def test_the_kind_of_a_cause_keeps_versions_and_no_other_number(cause: str, kind: str | None) -> None:
    assert kind_of(cause) == (kind or cause)


references = st.one_of(
    st.from_regex(r"[A-Z]{2}\d{6}[A-D]|\d{10}K?|\d{13}|\d{3}/[A-Z]{2}\d{3,6}|(GB|XI)?\d{9}|0\d{10}", fullmatch=True),
    st.from_regex(r"\d{2}\.\d{2}\.\d{4}|\d{1,2}/\d{1,2}/\d{4}|£\d{1,3}\.\d\d|\d{2,9}\.\d", fullmatch=True),
    st.integers(0, 10**13).map(str),
)
"""References of customers, days, amounts and numbers as they may stand in the words of an error, in ASCII."""


@given(
    references.filter(str.isascii) | references.filter(str.isascii).map(str.lower),
    st.sampled_from(["", "specversion 1.0, ", "of ", "(", "£", "-"]),
)
def test_no_reference_day_or_amount_is_left_in_the_kind_of_a_cause(reference: str, before: str) -> None:
    left = kind_of(f"Conflict: letter {before}{reference} is void").replace("specversion 1.0", "")
    assert not re.search(r"\d", left), left


@given(st.text() | references)
def test_of_a_word_that_is_not_ours_its_length_alone_is_shown(text: str) -> None:
    assert text in WORDS or word_shown(text) == f"… {len(text)} characters" or re.fullmatch(r"\d\.\d", text)


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
