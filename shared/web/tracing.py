"""Every request works in a trace, says its correlation id, and is logged and measured by route, never by URL."""

import time
from typing import Any

import structlog
from fastapi import FastAPI
from opentelemetry.trace import get_current_span
from prometheus_client import CollectorRegistry, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.running.tracing import campaign_in, conversation, tracing_started

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""A client may send any word as the method: of others no metric is kept and nothing is logged but `other`."""
NOBODY_ASKED = "/health/,/metrics$"
"""URLs that the platform asks for every few seconds, which are not traced."""
ROUTE = "otm.route"
"""The key of a request's scope under which the door notes its route: FastAPI's own lacks the prefix of its router."""
log = structlog.get_logger(__name__)


def add_tracing(api: FastAPI, registry: CollectorRegistry) -> None:
    """Outermost of the middlewares that were added so far."""
    api.add_middleware(RequestTracing, registry=registry)
    if tracing_started():
        from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware

        api.add_middleware(
            OpenTelemetryMiddleware,
            excluded_urls=NOBODY_ASKED,
            default_span_details=_by_method,  # its own default is the path, which names things
            exclude_spans=["receive", "send"],
        )


def _by_method(scope: Scope) -> tuple[str, dict[str, Any]]:
    """The name of a request's span before its route is known."""
    return _method(scope), {}


def _name_span(scope: Scope) -> None:
    span, route = get_current_span(), _route(scope)
    span.update_name(f"{_method(scope)} {route}")
    span.set_attribute("http.route", route)


def _route(scope: Scope) -> str:
    """The pattern of the path, such as `/v1/campaigns/{reference}`; `unknown` where there is no such route."""
    return str(scope.get(ROUTE, "unknown"))


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "other"


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
        status = 500
        began = time.perf_counter()

        with conversation(headers.get("x-correlation-id"), campaign_in(scope["path"])) as correlation_id:

            async def traced(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    MutableHeaders(scope=message)["x-correlation-id"] = correlation_id
                    _name_span(scope)  # which ends with the answer
                await send(message)

            try:
                await self._app(scope, receive, traced)
            finally:
                self._observe(scope, status, time.perf_counter() - began)
        return None

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        path = _route(scope)
        method = _method(scope)
        self._seconds.labels(method, path, status).observe(seconds)
        if not path.startswith(("/health", "/metrics")):
            log.info("answered", method=method, route=path, status=status, ms=round(seconds * 1000, 1))
