"""A conversation keeps its ids, and nobody smuggles anything in through them."""

import re

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from shared.running.tracing import continued_trace, current_trace, tracing

WELL_FORMED = re.compile(r"00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def test_what_came_in_is_continued_in_a_span_of_its_own() -> None:
    trace = continued_trace("call-17:from.helpline", f"00-{TRACE}-{SPAN}-00")
    version, trace_id, span, flags = trace.traceparent.split("-")
    assert (trace.correlation_id, version, trace_id, flags) == ("call-17:from.helpline", "00", TRACE, "00")
    assert span != SPAN


@pytest.mark.parametrize(
    "malformed",
    [
        f"00-{TRACE}-{SPAN}",
        f"01-{TRACE}-{SPAN}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",  # W3C: a trace id of zeros is none
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{SPAN}-01\n",
        f" 00-{TRACE}-{SPAN}-01",
    ],
)
def test_a_malformed_traceparent_is_replaced(malformed: str) -> None:
    trace = continued_trace("call-17", malformed)
    assert WELL_FORMED.fullmatch(trace.traceparent)
    assert TRACE not in trace.traceparent
    assert trace.correlation_id == "call-17"


@pytest.mark.parametrize("reference", ["1955839661", "QQ123456C", "980780684", "tel:+447700900123", "1980-01-02"])
def test_what_may_be_a_customers_reference_is_no_correlation_id(reference: str) -> None:
    assert reference not in continued_trace(reference, None).correlation_id


@given(st.none() | st.text(), st.none() | st.text())
def test_whatever_comes_in_what_goes_on_is_harmless(correlation_id: str | None, traceparent: str | None) -> None:
    trace = continued_trace(correlation_id, traceparent)
    assert re.fullmatch(r"[A-Za-z0-9._:-]{1,100}", trace.correlation_id)
    assert WELL_FORMED.fullmatch(trace.traceparent)


@pytest.mark.parametrize("malformed", ["", "Mrs Jones", "x" * 101, "a\r\nSet-Cookie: b", "<script>", "é"])
def test_a_malformed_correlation_id_is_replaced(malformed: str) -> None:
    ids = {continued_trace(malformed, None).correlation_id for _ in range(2)}
    assert len(ids) == 2
    assert malformed not in ids


def test_work_is_done_in_the_trace_that_asked_for_it_and_its_log_lines_say_so() -> None:
    outer, inner = (continued_trace(name, None) for name in ("outer", "inner"))
    with tracing(outer):
        with tracing(inner):
            assert current_trace() == inner
            assert structlog.contextvars.get_contextvars()["correlation_id"] == "inner"
        assert current_trace() == outer
        assert structlog.contextvars.get_contextvars()["correlation_id"] == "outer"
    assert "correlation_id" not in structlog.contextvars.get_contextvars()
    assert current_trace().correlation_id not in {"outer", "inner"}
