"""The headers of every event, as a JSON schema and as a table."""

from collections.abc import Iterator
from typing import Any

HEADERS_NAME = "CloudEventHeaders"
_PROPERTIES: dict[str, dict[str, Any]] = {
    "cloudEvents:specversion": {"type": "string", "const": "1.0", "description": "The version of CloudEvents."},
    "cloudEvents:id": {
        "type": "string", "minLength": 1,
        "description": "Names the event: said twice, it has the same id. Also the AMQP property message-id.",
    },
    "cloudEvents:source": {
        "type": "string", "format": "uri-reference",
        "description": "The service that says it, such as /one-to-many/planner.",
    },
    "cloudEvents:type": {"type": "string", "description": "The type with its version, which is the routing key."},
    "cloudEvents:time": {"type": "string", "format": "date-time", "description": "When it happened, in UTC."},
    "cloudEvents:subject": {"type": "string", "description": "The campaign's reference, or another id of its subject."},
    "cloudEvents:dataschema": {"type": "string", "format": "uri", "description": "Names the contract of the body."},
    "cloudEvents:correlationid": {
        "type": "string", "pattern": "^[A-Za-z0-9._:-]{1,100}$",
        "description": "Names the whole conversation. Also the AMQP property correlation-id.",
    },
    "cloudEvents:traceparent": {
        "type": "string",
        "description": "W3C trace context of its cause; not there where no trace is recorded.",
    },
}  # fmt: skip
_REQUIRED = ["cloudEvents:specversion", "cloudEvents:id", "cloudEvents:source", "cloudEvents:type"]
HEADERS = {
    "type": "object",
    "title": HEADERS_NAME,
    "description": "Attributes of CloudEvents 1.0 in AMQP binary mode. Readers ignore headers that they do not know.",
    "properties": _PROPERTIES,
    "required": _REQUIRED,
}


def header_table() -> Iterator[str]:
    """The rows of a markdown table of the headers."""
    yield "| header | meaning | needed |"
    yield "| --- | --- | --- |"
    for name, schema in _PROPERTIES.items():
        yield f"| `{name}` | {schema['description']} | {'yes' if name in _REQUIRED else 'no'} |"
