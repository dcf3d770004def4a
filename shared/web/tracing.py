"""Every request works in a trace, says its correlation id, and is logged and measured by route, never by URL."""

import time
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.running.tracing import continued_trace, tracing

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""A client may send any word as the method: of others no metric is kept and nothing is logged but `other`."""
log = structlog.get_logger(__name__)


class RequestTracing:
    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._seconds = Histogram(
            "otm_http_request_seconds", "Time to answer", ["method", "route", "status"], registry=registry
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        trace = continued_trace(headers.get("x-correlation-id"), headers.get("traceparent"))
        status = 500
        began = time.perf_counter()

        async def traced(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-correlation-id"] = trace.correlation_id
            await send(message)

        with tracing(trace):
            try:
                await self._app(scope, receive, traced)
            finally:
                self._observe(scope, status, time.perf_counter() - began)
        return None

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        route: Any = scope.get("route")
        path = getattr(route, "path", "unknown")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._seconds.labels(method, path, status).observe(seconds)
        if not path.startswith(("/health", "/metrics")):
            log.info("answered", method=method, route=path, status=status, ms=round(seconds * 1000, 1))
