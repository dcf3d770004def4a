"""A conversation keeps its ids, and nobody smuggles anything in through them."""

import re

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.trace import NonRecordingSpan, SpanContext, get_current_span, use_span

from shared.running.span_rules import TraceparentAlone
from shared.running.tracing import campaign_in, conversation, current_trace, trace_going_on

WELL_FORMED = re.compile(r"00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{SPAN}-01"


def test_what_came_in_goes_on() -> None:
    with conversation("call-17:from.helpline"), trace_going_on(TRACEPARENT):
        trace = current_trace()
    assert (trace.correlation_id, trace.traceparent) == ("call-17:from.helpline", TRACEPARENT)
    assert current_trace().traceparent == ""


def test_without_a_trace_of_its_own_work_stays_in_the_one_in_hand() -> None:
    with trace_going_on(TRACEPARENT), trace_going_on(""):
        assert current_trace().traceparent == TRACEPARENT


@pytest.mark.parametrize(
    "malformed",
    [
        f"00-{TRACE}-{SPAN}",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",  # W3C: a trace id of zeros is none
        f"00-{TRACE}-{'0' * 16}-01",
        "1955839661",
    ],
)
def test_a_malformed_traceparent_is_none(malformed: str) -> None:
    with trace_going_on(malformed):
        assert current_trace().traceparent == ""


@pytest.mark.parametrize("reference", ["1955839661", "QQ123456C", "980780684", "tel:+447700900123", "1980-01-02"])
def test_what_may_be_a_customers_reference_is_no_correlation_id(reference: str) -> None:
    with conversation(reference) as known:
        assert reference not in known


@given(st.none() | st.text(), st.text())
def test_whatever_comes_in_what_goes_on_is_harmless(correlation_id: str | None, traceparent: str) -> None:
    with conversation(correlation_id), trace_going_on(traceparent):
        trace = current_trace()
    assert re.fullmatch(r"[A-Za-z0-9._:-]{1,100}", trace.correlation_id)
    assert trace.traceparent == "" or WELL_FORMED.fullmatch(trace.traceparent)


@pytest.mark.parametrize("malformed", ["", "Mrs Jones", "x" * 101, "a\r\nSet-Cookie: b", "<script>", "é"])
def test_a_malformed_correlation_id_is_replaced(malformed: str) -> None:
    with conversation(malformed) as first, conversation(malformed) as second:
        assert len({malformed, first, second}) == 3


def test_log_lines_say_the_conversation_and_the_campaign() -> None:
    with conversation("outer", "OTM-26-0001"):
        with conversation("inner"):
            assert current_trace().correlation_id == "inner"
            assert structlog.contextvars.get_contextvars() == {"correlation_id": "inner", "campaign": "OTM-26-0001"}
        assert structlog.contextvars.get_contextvars() == {"correlation_id": "outer", "campaign": "OTM-26-0001"}
    assert structlog.contextvars.get_contextvars() == {}
    assert current_trace().correlation_id not in {"outer", "inner"}


@pytest.mark.parametrize(
    ("path", "campaign"),
    [
        ("/v1/campaigns/OTM-26-0001/population", "OTM-26-0001"),
        ("/campaigns/OTM-26-123456", "OTM-26-123456"),
        ("/v1/campaigns/OTM-26-00011955839661", None),
        ("/v1/letters/7KQ4M-2XW9P", None),
    ],
)
def test_only_a_campaigns_reference_in_a_path_is_its_campaign(path: str, campaign: str | None) -> None:
    assert campaign_in(path) == campaign


@pytest.mark.parametrize(
    ("headers", "traceparent"),
    [
        ({"traceparent": TRACEPARENT, "tracestate": "utr=1955839661", "baggage": "utr=1955839661"}, TRACEPARENT),
        ({"cloudEvents:traceparent": TRACEPARENT}, TRACEPARENT),
        ({"traceparent": b"Mrs Jones", "cloudEvents:traceparent": TRACEPARENT}, TRACEPARENT),
        ({"traceparent": 17}, ""),
        ({"traceparent": {"Mrs": "Jones"}}, ""),
        ({}, ""),
    ],
)
def test_of_what_comes_in_with_a_message_nothing_but_its_place_in_the_trace_goes_on(
    headers: dict[str, object], traceparent: str
) -> None:
    span = get_current_span(TraceparentAlone().extract(headers))
    with use_span(span):
        assert current_trace().traceparent == traceparent
    assert not span.get_span_context().trace_state
    carrier: dict[str, str] = {}
    with use_span(NonRecordingSpan(SpanContext(int(TRACE, 16), int(SPAN, 16), is_remote=False))):
        TraceparentAlone().inject(carrier)
    assert list(carrier) == ["traceparent"]
