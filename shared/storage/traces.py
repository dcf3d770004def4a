"""Traces of things that are dealt with later: a notice that is to be sent, a wave whose day is to come.

They are kept beside the things, not in them: a replica of an earlier version reads the same documents.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

from motor.motor_asyncio import AsyncIOMotorCollection
from opentelemetry.context import Context
from opentelemetry.trace import Link, get_current_span, get_tracer
from pymongo import ASCENDING, IndexModel

from shared.running.tracing import CAMPAIGN, context_of, conversation, current_traceparent, tracing_started
from shared.storage.inserting import insert_new

KEPT_SECONDS = 90 * 86_400
_tracer = get_tracer("one-to-many")


class MongoTraces:
    """Nothing is written or looked up where no spans are recorded."""

    INDEXES: ClassVar[tuple[IndexModel, ...]] = (IndexModel([("at", ASCENDING)], expireAfterSeconds=KEPT_SECONDS),)

    def __init__(self, traces: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._traces = traces

    async def keep(self, *things: str) -> None:
        """Keeps the trace in hand for each thing that has none yet."""
        traceparent, at = current_traceparent(), datetime.now(UTC)
        if traceparent and things:
            rows = [{"_id": thing, "traceparent": traceparent, "at": at} for thing in dict.fromkeys(things)]
            await insert_new(self._traces, rows)

    @asynccontextmanager
    async def going_on(self, span: str, *things: str, campaign: str | None = None) -> AsyncIterator[None]:
        """The work inside is a span that goes on with the trace of the first thing that has one, linked to those of the
        others; without any it begins a trace."""
        if not tracing_started():
            with conversation(None, campaign):
                yield
            return
        rows = self._traces.find({"_id": {"$in": list(things)}})
        found = {row["_id"]: context_of(row["traceparent"]) async for row in rows}
        first, *others = [found[thing] for thing in things if thing in found] or [Context()]
        links = [Link(get_current_span(other).get_span_context()) for other in others]
        about = {CAMPAIGN: campaign} if campaign else {}
        with _tracer.start_as_current_span(span, first, links=links, attributes=about), conversation(None, campaign):
            yield
