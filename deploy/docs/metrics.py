"""All metrics of the services with their labels, read from the collectors that the code registers."""

from collections.abc import Iterator
from dataclasses import dataclass

from faststream.rabbit.prometheus import RabbitPrometheusMiddleware
from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase
from starlette.types import Receive, Scope, Send

from services.dispatcher.channels.providers.doubts import DoubtCounts
from services.dispatcher.issue.waits import Waits
from shared.messaging.metrics import BusMetrics
from shared.retention.retention import RetentionMetrics
from shared.storage.audit.sealing import seals_counted
from shared.web.tracing import RequestTracing

HEAD = """# Metrics

<!-- Written by `make docs` from the collectors that the code registers. -->

Each replica of a service serves them at `/metrics`, which the platform reads and the reverse proxy hides. No label
holds anything of a customer: routes are patterns such as `/v1/campaigns/{reference}`, never URLs. Gauges of queues and
outbox are those of one replica at a time and vanish 15 seconds after its last look; every service measures the queues
of all, so use `max by (queue)`. [alerts.md](alerts.md) says what to do when one of them is not as it should be.

| metric | kind | labels | meaning |
| --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Known:
    """A metric under the name that it is scraped by; a histogram's series are `_bucket`, `_sum` and `_count`."""

    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str


def metrics() -> str:
    """Returns the document."""
    rows = (f"| `{it.name}` | {it.kind} | {', '.join(it.labels) or '-'} | {it.meaning} |\n" for it in known_metrics())
    return HEAD + "".join(rows)


def known_metrics() -> list[Known]:
    """Returns all metrics of all services, by name."""
    registry = CollectorRegistry()
    bus = BusMetrics(registry)
    Waits(registry)
    DoubtCounts(registry)
    RetentionMetrics(registry)
    seals_counted(registry)
    RequestTracing(_nothing, registry)
    RabbitPrometheusMiddleware(registry=registry, app_name="service")
    gauges = [Known(name, "gauge", labels, text) for name, (text, labels) in bus.readings.families.items()]
    return sorted([*gauges, *_wrapped(registry)], key=lambda it: it.name)


def _wrapped(registry: CollectorRegistry) -> Iterator[Known]:
    for collector in set(registry._collector_to_names):
        if isinstance(collector, MetricWrapperBase):
            (family,) = collector.describe()
            suffix = "_total" if family.type == "counter" else ""
            yield Known(f"{family.name}{suffix}", family.type, tuple(collector._labelnames), family.documentation)


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers nothing: the metrics of requests stand around an application."""
