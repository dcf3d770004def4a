"""OpenTelemetry, set up by its standard variables alone: `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_TRACES_SAMPLER`….

Without an endpoint nothing of it is started, nothing in a service is instrumented, and its SDK is not even imported.
"""

import os
from collections.abc import Collection, Mapping

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
PROTOCOL = "http/protobuf"
EXPORTERS = frozenset({"otlp", "console"})


def start_tracing(service: str) -> None:
    """Starts it where the variables ask for it. To be called before a service is built: connections that were made
    earlier are not traced. Raises `ValueError` for an exporter or a protocol that there is none of.
    """
    if exporters := exporters_asked_for(os.environ):
        _start(service, exporters)


def exporters_asked_for(environment: Mapping[str, str]) -> set[str]:
    """Where spans are to go. Raises as `start_tracing` does."""
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return set()
    default = "otlp" if any(environment.get(name) for name in ENDPOINTS) else "none"
    names = {name.strip() for name in (environment.get("OTEL_TRACES_EXPORTER") or default).split(",")} - {"none"}
    if unknown := names - EXPORTERS:
        raise ValueError(f"OTEL_TRACES_EXPORTER names {', '.join(sorted(unknown))}: give otlp, console or none")
    if "otlp" in names and (other := [name for name in PROTOCOLS if environment.get(name, PROTOCOL) != PROTOCOL]):
        raise ValueError(f"{' and '.join(other)}: only {PROTOCOL} is spoken here")
    return names


def _start(service: str, exporters: Collection[str]) -> None:
    from opentelemetry import propagate, trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.aio_pika import AioPikaInstrumentor
    from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
    from opentelemetry.instrumentation.pymongo import PymongoInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter

    from shared.running.span_rules import ImpersonalSpans, SpansWithACause, TraceparentAlone

    os.environ.setdefault("OTEL_SERVICE_NAME", service)
    provider = TracerProvider()
    provider.sampler = SpansWithACause(provider.sampler)
    for name in sorted(exporters):
        exporter = OTLPSpanExporter() if name == "otlp" else ConsoleSpanExporter()
        provider.add_span_processor(BatchSpanProcessor(ImpersonalSpans(exporter)))
    trace.set_tracer_provider(provider)
    propagate.set_global_textmap(TraceparentAlone())
    for instrumentor in (AioPikaInstrumentor(), HTTPXClientInstrumentor(), PymongoInstrumentor()):
        instrumentor.instrument()
