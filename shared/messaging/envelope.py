"""CloudEvents 1.0 in AMQP binary mode: attributes as `cloudEvents:…` headers, the data as a JSON body."""

from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractMessage
from pydantic import ValidationError

from shared.contracts.base import Contract
from shared.errors import Malformed, TooLarge
from shared.events import Event
from shared.refusals import problems_of
from shared.running.tracing import current_trace, work_is_about
from shared.values import EARLIEST, LATEST

C = TypeVar("C", bound=Contract)
PREFIX, JMS_PREFIX = "cloudEvents:", "cloudEvents_"
SPEC_VERSION = "1.0"
LONGEST_ID = 255
STRUCTURED = "application/cloudevents"
COMPRESSED = frozenset({"gzip", "x-gzip", "deflate", "zlib", "br", "bzip2", "lzma", "zstd", "compress"})
"""Encodings of content that clients offer; others, such as `utf-8`, say nothing."""
LARGEST_BODY = 1_000_000  # bytes; a chunk of 500 communications takes about 40,000


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event made ready to travel or to wait in an outbox: all text, and the data as JSON bytes."""

    id: str
    source: str
    type: str
    time: datetime
    subject: str
    dataschema: str
    correlation_id: str
    traceparent: str
    private: bool
    body: bytes


def sealed(event: Event[Contract]) -> Envelope:
    """The event made ready. Raises `TooLarge` where no consumer would take it."""
    body = event.data.model_dump_json().encode()
    if len(body) > LARGEST_BODY:
        raise TooLarge(
            f"{event.type} would take {len(body):,} bytes, and an event may take {LARGEST_BODY:,}: "
            "make what it tells of smaller, or split it"
        )
    return Envelope(
        id=event.id,
        source=event.source,
        type=event.type,
        time=event.time.astimezone(UTC),
        subject=event.subject,
        dataschema=event.data.schema_uri(),
        correlation_id=event.trace.correlation_id,
        traceparent=event.trace.traceparent,
        private=event.data.private,
        body=body,
    )


def to_message(envelope: Envelope) -> Message:
    """The message that carries it: persistent, with `message-id` = event id."""
    attributes = {
        "specversion": SPEC_VERSION,
        "id": envelope.id,
        "source": f"/one-to-many/{envelope.source}",
        "type": envelope.type,
        "time": envelope.time.isoformat(),
        "subject": envelope.subject,
        "dataschema": envelope.dataschema,
        "correlationid": envelope.correlation_id,
        **({"traceparent": envelope.traceparent} if envelope.traceparent else {}),
    }
    return Message(
        envelope.body,
        headers={PREFIX + name: value for name, value in attributes.items()},
        content_type="application/json",
        delivery_mode=DeliveryMode.PERSISTENT,
        message_id=envelope.id,
        correlation_id=envelope.correlation_id,
        timestamp=envelope.time,
        type=envelope.type,
        app_id=envelope.source,
    )


def from_message(message: AbstractMessage, contract: type[C]) -> Event[C]:
    """The event in `message`. Raises `Malformed`, whose message names fields and rules and never a value."""
    attributes = _attributes(message)
    if attributes["type"] != contract.event_type:
        raise Malformed(f"expected an event of type {contract.event_type}")
    if len(message.body) > LARGEST_BODY:
        raise Malformed(f"an event's data is at most {LARGEST_BODY} bytes")
    try:
        data = contract.model_validate_json(message.body.removeprefix(BOM_UTF8))
    except ValidationError as error:
        raise _unreadable(error) from None
    source = attributes["source"].rpartition("/")[2]
    return Event(attributes["id"], source, _happened(attributes, message), current_trace(), data)


def taken_in_hand(event: Event[C]) -> Event[C]:
    """The same event, after the log lines and the span of the task in hand were told its campaign."""
    work_is_about(getattr(event.data, "campaign", None))
    return event


def _attributes(message: AbstractMessage) -> dict[str, str]:
    if (message.content_type or "").lower().startswith(STRUCTURED):
        raise Malformed(
            f"the event is in CloudEvents' structured mode: send it in binary mode, its attributes as headers {PREFIX}…"
        )
    if (message.content_encoding or "").lower() in COMPRESSED:
        raise Malformed("the event's data is compressed: send it as it is, without a content-encoding")
    found = attributes_of(message.headers)
    missing = [name for name in ("specversion", "id", "source", "type") if not found.get(name)]
    if missing:
        raise Malformed(f"not a CloudEvent: no {', '.join(missing)}: send them as headers {PREFIX}…")
    if len(found["id"]) > LONGEST_ID:
        raise Malformed(f"the attribute id has at most {LONGEST_ID} characters")
    if found["specversion"] != SPEC_VERSION:
        raise Malformed(f"another version of CloudEvents: send specversion {SPEC_VERSION}")
    return found


def attributes_of(headers: Mapping[str, Any]) -> dict[str, str]:
    """The attributes of CloudEvents among the headers, under the prefix `cloudEvents:` or, as JMS clients write it,
    `cloudEvents_`."""
    return {
        name[len(PREFIX) :].lower(): _text(value)
        for name, value in headers.items()
        if name.lower().startswith((PREFIX.lower(), JMS_PREFIX.lower()))
    }


def _text(value: object) -> str:
    """Returns a header's value as text: some clients send bytes, or a timestamp of AMQP."""
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", "replace")
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _happened(attributes: Mapping[str, str], message: AbstractMessage) -> datetime:
    """The attribute `time`, which is optional: without it the message's own timestamp, or the present."""
    if attributes.get("time"):
        return _time(attributes["time"])
    stamp = message.timestamp
    return stamp.astimezone(UTC) if isinstance(stamp, datetime) else datetime.now(UTC)


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text.upper())
    except ValueError:
        raise Malformed("the attribute time is not an RFC 3339 instant") from None
    if time.tzinfo is None:
        raise Malformed("the attribute time has no time zone")
    if not EARLIEST <= time.year <= LATEST:  # near the ends of the calendar an instant has no local time
        raise Malformed(f"the attribute time is not between {EARLIEST} and {LATEST}")
    return time


def _unreadable(error: ValidationError) -> Malformed:
    """Pydantic's own message quotes the input, so only where and what to do is kept."""
    problems = problems_of(error.errors(include_url=False), 20)
    return Malformed("; ".join(f"{p.field or 'the data'}: {p.message}" for p in problems), *problems)
