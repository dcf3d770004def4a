"""Dashboards of Grafana as code; `make docs` writes them to `dashboards/`."""

import json
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, ACROSS = 12, 8, 2
WORKED = r'queue!~".*\\.(dead|retry\\..*)|otm\\.unrouted"'
"""Queues that a service consumes."""


@dataclass(frozen=True)
class Panel:
    """One graph: its title, its unit as Grafana names it, its query, and the name of each line."""

    title: str
    unit: str
    query: str
    line: str
    explained: str = ""


@dataclass(frozen=True)
class Dashboard:
    uid: str
    title: str
    panels: tuple[Panel, ...]


DASHBOARDS = (
    Dashboard(
        "otm-bus",
        "One to Many: bus",
        (
            Panel("Messages waiting", "short", f"max by (queue) (otm_queue_messages{{{WORKED}}}) > 0", "{{queue}}"),
            Panel(
                "Dead letters and unrouted",
                "short",
                r'max by (queue) (otm_queue_messages{queue=~".*\\.dead|otm\\.unrouted"})',
                "{{queue}}",
                "Anything above 0 needs a person: docs/runbook.md",
            ),
            Panel(
                "Waiting for a retry",
                "short",
                r'max by (queue) (otm_queue_messages{queue=~".*\\.retry\\..*"})',
                "{{queue}}",
            ),
            Panel("Queues that nobody consumes", "short", f"max by (queue) (otm_queue_consumers{{{WORKED}}}) == 0",
                  "{{queue}}"),
            Panel("Messages dealt with", "ops", "sum by (how) (rate(otm_messages_settled_total[5m]))", "{{how}}"),
            Panel("Oldest event that waits in an outbox", "s", "max by (service) (otm_outbox_oldest_seconds)",
                  "{{service}}"),
            Panel("Events that the broker refuses", "short", "max by (service) (otm_outbox_aside_rows)", "{{service}}"),
            Panel("Broker takes no messages", "short", "max(otm_broker_blocked)", "blocked"),
        ),
    ),
    Dashboard(
        "otm-services",
        "One to Many: services",
        (
            Panel("Replicas that answer", "short", 'sum by (service) (up{job="one-to-many"})', "{{service}}"),
            Panel("Requests", "reqps", "sum by (service) (rate(otm_http_request_seconds_count[5m]))", "{{service}}"),
            Panel(
                "Requests that fail",
                "percentunit",
                'sum by (service) (rate(otm_http_request_seconds_count{status=~"5.."}[5m]))'
                " / sum by (service) (rate(otm_http_request_seconds_count[5m]))",
                "{{service}}",
            ),
            Panel(
                "Time to answer, 99 in 100",
                "s",
                "histogram_quantile(0.99, sum by (service, le) (rate(otm_http_request_seconds_bucket[5m])))",
                "{{service}}",
            ),
            Panel(
                "Time of a handler, 95 in 100",
                "s",
                "histogram_quantile(0.95, sum by (handler, le) "
                "(rate(faststream_received_processed_messages_duration_seconds_bucket[5m])))",
                "{{handler}}",
            ),
            Panel("Chunks that wait", "ops", "sum by (channel) (rate(otm_dispatch_deferred_total[5m]))", "{{channel}}"),
        ),
    ),
)  # fmt: skip


def written(dashboard: Dashboard) -> str:
    """Returns the dashboard as the JSON that Grafana loads."""
    source = {"type": "prometheus", "uid": "prometheus"}
    body = {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "tags": ["one-to-many"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "panels": [_panel(number, panel, source) for number, panel in enumerate(dashboard.panels)],
    }
    return json.dumps(body, indent=2) + "\n"


def _panel(number: int, panel: Panel, source: dict[str, str]) -> dict[str, Any]:
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.explained,
        "datasource": source,
        "gridPos": {"h": HEIGHT, "w": WIDTH, "x": number % ACROSS * WIDTH, "y": number // ACROSS * HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [{"refId": "A", "datasource": source, "expr": panel.query, "legendFormat": panel.line}],
    }
