"""Trace of a request: the correlation id and W3C trace context that travel with every request and event."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import structlog

from shared.identifiers import new_id

_TRACEPARENT = re.compile(r"00-(?!0{32})(?P<trace>[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-(?P<flags>[0-9a-f]{2})")
_CORRELATION = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_RANDOM = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MOST_DIGITS = 5
"""A word of more digits that is not random may be a reference, a telephone number or a date of birth."""


@dataclass(frozen=True, slots=True)
class Trace:
    """`correlation_id` names the whole conversation; `traceparent` is the W3C header of the present span."""

    correlation_id: str
    traceparent: str


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current_trace() -> Trace:
    """The trace of the work in hand, or a new one where nothing asked for it."""
    return _current.get() or continued_trace(None, None)


def continued_trace(correlation_id: str | None, traceparent: str | None) -> Trace:
    """The next span of what came in; a value that is missing or not well formed is replaced by a new one."""
    match = _TRACEPARENT.fullmatch(traceparent or "")
    trace, flags = (match["trace"], match["flags"]) if match else (secrets.token_hex(16), "01")
    correlation = known_correlation(correlation_id) or new_id()
    return Trace(correlation, f"00-{trace}-{secrets.token_hex(8)}-{flags}")


def known_correlation(text: str | None) -> str | None:
    """The text where it is a correlation id: a UUID, 32 hexadecimal digits, or a word with at most five digits.

    It is repeated in logs, answers and events, so what may be a customer's reference is none.
    """
    if not text or not _CORRELATION.fullmatch(text):
        return None
    digits = sum(character.isdigit() for character in text)
    return text if _RANDOM.fullmatch(text) or digits <= MOST_DIGITS else None


@contextmanager
def tracing(trace: Trace) -> Iterator[None]:
    """Make `trace` the current one; every log line inside carries its correlation id."""
    token = _current.set(trace)
    try:
        with structlog.contextvars.bound_contextvars(correlation_id=trace.correlation_id):
            yield
    finally:
        _current.reset(token)
