"""Logs that machines read, or people in a terminal; never a customer's data in either.

An exception is logged by type and place. Its message is kept only when it is one of our own, which quote codes and
references alone: anybody else's may quote the data it choked on.
"""

import logging
import sys
import traceback
from typing import Any, Literal

import structlog
from opentelemetry.trace import format_span_id, format_trace_id, get_current_span
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.messaging.failures import failure_of

FRAMES = 8  # of a traceback, innermost


def configure_logging(service: str, log_format: Literal["json", "console"], level: str) -> None:
    """One line for each event on standard error, for our own logs and for those of libraries alike."""
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_service(service),
        _add_trace,
        _safe_exception,
    ]
    render: Processor = (
        structlog.dev.ConsoleRenderer() if log_format == "console" else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level, *before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )  # fmt: skip
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in ("shared", "services"):
        logging.getLogger(name).setLevel(level.upper())
    # the client libraries log whole messages and connection strings, and tell us nothing that we do not log ourselves
    for name in ("aio_pika", "aiormq", "pymongo", "uvicorn", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _add_service(service: str) -> Processor:
    def add(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    return add


def _add_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Adds the trace and the span in hand, by which a line is found from a trace and a trace from a line."""
    span = get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"], event["span_id"] = format_trace_id(span.trace_id), format_span_id(span.span_id)
    return event


def _safe_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    error = _exception(event.pop("exc_info", None))
    if error is not None:
        failure = failure_of(error)
        event["exception"] = failure.exception
        event["exception_reason"] = failure.reason
        event["exception_at"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-FRAMES:]
        ]
    return event


def _exception(exc_info: Any) -> BaseException | None:
    if exc_info is True:
        return sys.exc_info()[1]
    if isinstance(exc_info, tuple):
        exc_info = exc_info[1]
    return exc_info if isinstance(exc_info, BaseException) else None
