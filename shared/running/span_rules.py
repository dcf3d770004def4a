"""Rules of spans: which are recorded, what of them leaves the process, and what comes in with a trace."""

from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.propagators.textmap import CarrierT, Getter, default_getter
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, Status, TraceState, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import Attributes

from shared.running.tracing import CAMPAIGN

KEPT = frozenset(
    {
        CAMPAIGN, "otm.event", "otm.attempt",
        "http.method", "http.request.method", "http.route", "http.status_code", "http.response.status_code",
        "messaging.system", "messaging.destination", "messaging.operation",
        "db.system", "db.system.name", "db.name", "db.namespace", "db.mongodb.collection", "db.collection.name",
        "error.type", "exception.type",
    }
)  # fmt: skip
"""Attributes of spans that leave the process. Others have addresses, queries, ids and words of other people in them."""


class ImpersonalSpans(SpanExporter):
    """Exports of each span its name, its times, its place in the trace and the attributes of `KEPT`, and nothing else:
    whatever an instrumentation adds in a later version stays here.
    """

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._inner.export([_impersonal(span) for span in spans])

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


class SpansWithACause(Sampler):
    """Leaves out calls to the store or to others that no request and no message asked for: jobs look every second
    whether there is something to do.
    """

    def __init__(self, inner: Sampler) -> None:
        self._inner = inner

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        if kind is SpanKind.CLIENT and not get_current_span(parent_context).get_span_context().is_valid:
            return SamplingResult(Decision.DROP)
        return self._inner.should_sample(parent_context, trace_id, name, kind, attributes, links, trace_state)

    def get_description(self) -> str:
        return f"SpansWithACause({self._inner.get_description()})"


class TraceparentAlone(TraceContextTextMapPropagator):
    """Takes `traceparent` from a request or a message, or the attribute of CloudEvents where a message has no header of
    its own. `tracestate` and `baggage` may hold anything about anybody, and go no further.
    """

    NAMES = ("traceparent", "cloudEvents:traceparent")

    def extract(
        self, carrier: CarrierT, context: Context | None = None, getter: Getter[CarrierT] = default_getter
    ) -> Context:
        found = [value for name in self.NAMES for value in getter.get(carrier, name) or [] if isinstance(value, str)]
        return super().extract({"traceparent": found[0]} if found else {}, context)


def _impersonal(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_kept(span.attributes),
        events=[Event(event.name, _kept(event.attributes), event.timestamp) for event in span.events],
        links=[Link(link.context) for link in span.links],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _kept(attributes: Attributes) -> Attributes:
    return {name: value for name, value in (attributes or {}).items() if name in KEPT}
