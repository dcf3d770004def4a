"""Traces of requests: the correlation id and the W3C trace context that travel with every request and event.

The correlation id is ours and always there; spans are OpenTelemetry's, and there where `telemetry` has started it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import structlog
from opentelemetry import context
from opentelemetry.context import Context
from opentelemetry.trace import ProxyTracerProvider, get_current_span, get_tracer_provider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.identifiers import new_id
from shared.values import CAMPAIGN_PATTERN

CAMPAIGN = "otm.campaign"
"""Attribute of spans: the reference of the campaign that they are about."""
_CAMPAIGN_IN_PATH = re.compile(rf"/({CAMPAIGN_PATTERN})(?=/|$)")
_CORRELATION = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_RANDOM = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MOST_DIGITS = 5
"""A word of more digits that is not random may be a reference, a telephone number or a date of birth."""
_w3c = TraceContextTextMapPropagator()


@dataclass(frozen=True, slots=True)
class Trace:
    """`correlation_id` names the whole conversation; `traceparent` is the W3C header of the span in hand, empty where
    none is recorded.
    """

    correlation_id: str
    traceparent: str


_correlation: ContextVar[str | None] = ContextVar("correlation", default=None)


def current_trace() -> Trace:
    """The trace of the work in hand, or a new conversation where nothing asked for it."""
    return Trace(_correlation.get() or new_id(), current_traceparent())


def tracing_started() -> bool:
    """Whether spans are recorded in this process."""
    return not isinstance(get_tracer_provider(), ProxyTracerProvider)


def current_traceparent() -> str:
    carrier: dict[str, str] = {}
    _w3c.inject(carrier)
    return carrier.get("traceparent", "")


def context_of(traceparent: str) -> Context:
    """The context of a span elsewhere; of none where the text is not a W3C traceparent."""
    return _w3c.extract({"traceparent": traceparent}, Context())


@contextmanager
def trace_going_on(traceparent: str) -> Iterator[None]:
    """Spans inside follow the span that `traceparent` names; empty, they follow the one in hand."""
    if not traceparent:
        yield
        return
    token = context.attach(context_of(traceparent))
    try:
        yield
    finally:
        context.detach(token)


def known_correlation(text: str | None) -> str | None:
    """The text where it is a correlation id: a UUID, 32 hexadecimal digits, or a word with at most five digits.

    It is repeated in logs, answers and events, so what may be a customer's reference is none.
    """
    if not text or not _CORRELATION.fullmatch(text):
        return None
    digits = sum(character.isdigit() for character in text)
    return text if _RANDOM.fullmatch(text) or digits <= MOST_DIGITS else None


def campaign_in(path: str) -> str | None:
    """The campaign that the path of a URL names."""
    found = _CAMPAIGN_IN_PATH.search(path)
    return found[1] if found else None


def work_is_about(campaign: str | None) -> None:
    """Has the log lines of the task in hand, until it ends, and its span say the campaign."""
    if campaign:
        structlog.contextvars.bind_contextvars(campaign=campaign)
        get_current_span().set_attribute(CAMPAIGN, campaign)


@contextmanager
def conversation(correlation_id: str | None, campaign: str | None = None) -> Iterator[str]:
    """Yields the correlation id of the work inside, a new one where the one given is none. Every log line inside
    carries it, and the campaign, which the span in hand is given too.
    """
    known = known_correlation(correlation_id) or new_id()
    said = {"correlation_id": known, **({"campaign": campaign} if campaign else {})}
    if campaign:
        get_current_span().set_attribute(CAMPAIGN, campaign)
    token = _correlation.set(known)
    try:
        with structlog.contextvars.bound_contextvars(**said):
            yield known
    finally:
        _correlation.reset(token)
