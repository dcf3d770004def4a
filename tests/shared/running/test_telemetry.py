"""Tracing is asked for by standard variables, and what it sends says nothing of anybody."""

import re

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import SpanKind, Tracer

from shared.running.span_rules import ImpersonalSpans, SpansWithACause
from shared.running.telemetry import exporters_asked_for

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}


@pytest.mark.parametrize(
    ("environment", "exporters"),
    [
        ({}, set()),
        (ENDPOINT, {"otlp"}),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, {"otlp"}),
        (ENDPOINT | {"OTEL_TRACES_EXPORTER": "none"}, set()),
        (ENDPOINT | {"OTEL_TRACES_EXPORTER": "console,otlp"}, {"console", "otlp"}),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, {"otlp"}),
        (ENDPOINT | {"OTEL_SDK_DISABLED": "true"}, set()),
        (ENDPOINT | {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, {"otlp"}),
    ],
)
def test_spans_go_where_the_standard_variables_say(environment: dict[str, str], exporters: set[str]) -> None:
    assert exporters_asked_for(environment) == exporters


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER names zipkin: give otlp, console or none"),
        (ENDPOINT | {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "OTEL_EXPORTER_OTLP_PROTOCOL: only http/protobuf"),
    ],
)
def test_what_there_is_none_of_is_refused(environment: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        exporters_asked_for(environment)


@pytest.fixture
def exported() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracer(exported: InMemorySpanExporter) -> Tracer:
    provider = TracerProvider(sampler=SpansWithACause(ALWAYS_ON))
    provider.add_span_processor(SimpleSpanProcessor(ImpersonalSpans(exported)))
    return provider.get_tracer("test")


def test_of_a_span_only_what_says_nothing_of_anybody_is_sent(tracer: Tracer, exported: InMemorySpanExporter) -> None:
    personal = {
        "http.url": "http://planner/customers/1955839661", "url.query": "utr=1955839661", "net.peer.ip": "203.0.113.7",
        "db.statement": "find {'utr': '1955839661'}", "messaging.message.conversation_id": "1955839661",
        "added.in.a.later.version": "1955839661",
    }  # fmt: skip
    kept = {"http.route": "/v1/customers/{reference}", "otm.campaign": "OTM-26-0001", "db.system": "mongodb"}
    cause = trace.Link(trace.SpanContext(1, 1, is_remote=True), {"customer": "1955839661"})
    with (
        pytest.raises(KeyError),
        tracer.start_as_current_span("GET", attributes=personal | kept, links=[cause]),
    ):
        raise KeyError("Mrs Jones, 1955839661")
    (span,) = exported.get_finished_spans()
    assert span.attributes == kept
    assert [dict(event.attributes or {}) for event in span.events] == [{"exception.type": "KeyError"}]
    assert [link.context.trace_id for link in span.links] == [1]
    assert (span.status.is_ok, span.status.description) == (False, None)
    assert not re.search("1955839661|Jones|203.0", span.to_json())


def test_calls_that_nothing_asked_for_are_left_out(tracer: Tracer, exported: InMemorySpanExporter) -> None:
    tracer.start_span("otm_planner.find", kind=SpanKind.CLIENT).end()
    with tracer.start_as_current_span("POST", kind=SpanKind.SERVER):
        tracer.start_span("otm_planner.insert", kind=SpanKind.CLIENT).end()
    spans: tuple[ReadableSpan, ...] = exported.get_finished_spans()
    assert [span.name for span in spans] == ["otm_planner.insert", "POST"]
