"""Messages are read by their CloudEvents attributes, whoever sent them; one that nobody can read is a dead letter."""

import codecs
import gzip
from datetime import UTC, datetime
from typing import Any

import aio_pika
import pytest

from shared.messaging import topology
from shared.messaging.envelope import from_message
from shared.messaging.settlement import ATTEMPT, EXCEPTION, ORIGIN, REASON
from tests.support.ailing import DEAD
from tests.support.probe import PROBE_QUEUE, Heard, ProbeMade, probe, probe_service


async def test_an_event_arrives_with_its_cloudevents_attributes(amqp_url: str) -> None:
    heard = Heard()
    async with probe_service(amqp_url, heard) as service:
        listening = await service.channel.declare_queue("listener", exclusive=True)
        await listening.bind(topology.EVENTS, routing_key="probe.made.v1")
        event = probe(7)
        await service.say(event)
        await heard.until(lambda h: h.numbers == [7])
        message = await service.take("listener")
    again = from_message(message, ProbeMade)
    assert (again.id, again.data, again.source, again.time) == (event.id, event.data, "prober", event.time)
    assert message.message_id == event.id
    assert message.content_type == "application/json"
    assert message.delivery_mode == 2
    assert message.headers["cloudEvents:specversion"] == "1.0"
    assert message.headers["cloudEvents:subject"] == "OTM-26-0001"
    assert message.correlation_id == event.trace.correlation_id
    assert "cloudEvents:traceparent" not in message.headers  # nothing records spans here


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (b"\xff\xfenot json", {}, "the data: not valid JSON: check brackets"),
        (b'{"campaign": "OTM-26-0001", "number": "1955839661 is my UTR"}', {}, "number: write a whole number"),
        (b'{"campaign": "OTM-26-0001"}', {}, "number: this field is required"),
        (
            b'{"campaign": "OTM-26-0001", "number": 1}',
            {"cloudEvents:id": ""},
            "no id: send them as headers cloudEvents:",
        ),
        (b'{"campaign": "OTM-26-0001", "number": 1}', {"cloudEvents:id": "1" * 300}, "id has at most 255 characters"),
        (b'{"campaign": "OTM-26-0001", "number": 1}', {"cloudEvents:time": "0001-01-01T00:00:00+14:00"}, "not between"),
        (b'{"campaign": "OTM-26-0001", "number": 1}', {"cloudEvents:time": 1789084800}, "not an RFC 3339 instant"),
        (b'{"campaign": "OTM-26-0001", "number": NaN}', {}, "number: write a finite number"),
        (b'{"campaign": "OTM-26-0001", "number": ' + b"9" * 5_000 + b"}", {}, "the data: not valid JSON"),
        (b"[" * 100_000, {}, "the data: not valid JSON"),
        (b'{"campaign": "OTM-26-0001", "number": 1}', {"cloudEvents:type": "other.v1"}, "expected an event of type"),
        (b'{"campaign": "OTM-26-0001", "number": 1}', {"cloudEvents:time": "soon"}, "not an RFC 3339 instant"),
        (b'{"campaign": "OTM-26-0001", "number": 1}', {"cloudEvents:specversion": "9.9"}, "send specversion 1.0"),
    ],
)
async def test_a_message_that_cannot_be_understood_goes_straight_to_the_dead_letters(
    amqp_url: str, body: bytes, headers: dict[str, Any], reason: str
) -> None:
    heard = Heard()
    async with probe_service(amqp_url, heard) as service:
        await service.send_raw(body, headers)
        await service.say(probe(1))
        await heard.until(lambda h: h.numbers == [1])  # the good one behind it flows
        dead = await service.take(DEAD)
    assert dead.body == body
    assert reason in str(dead.headers[REASON])
    assert "1955839661" not in str(dead.headers)
    assert dead.headers[EXCEPTION] == "Malformed"
    assert dead.headers[ORIGIN] == PROBE_QUEUE
    assert dead.headers[ATTEMPT] == 1


async def test_an_event_in_structured_mode_is_told_from_one_without_attributes(amqp_url: str) -> None:
    async with probe_service(amqp_url, Heard()) as service:
        await service.send_raw(b"{}", content_type="application/cloudevents+json; charset=utf-8")
        dead = await service.take(DEAD)
    assert "send it in binary mode" in str(dead.headers[REASON])


async def test_what_is_optional_in_cloudevents_is_optional_and_the_prefix_of_jms_is_known(amqp_url: str) -> None:
    heard = Heard()
    async with probe_service(amqp_url, heard) as service:
        attributes = {"specversion": "1.0", "id": "1", "source": "/team", "type": ProbeMade.event_type}
        for number, prefix in enumerate(("cloudEvents:", "cloudEvents_"), 1):
            message = aio_pika.Message(
                b'{"campaign": "OTM-26-0001", "number": %d}' % number,
                headers={prefix + name: value for name, value in attributes.items()},
            )
            await service.channel.default_exchange.publish(message, PROBE_QUEUE)
        await heard.until(lambda h: sorted(h.numbers) == [1, 2])


async def test_events_of_other_languages_clients_are_heard(amqp_url: str) -> None:
    """Bytes and timestamps as headers, capitals in names, a byte order mark, an instant in small letters or in
    nanoseconds, the name of a text's encoding, and no content type at all."""
    heard = Heard()
    plain = {"specversion": "1.0", "id": "1", "source": "/team", "type": ProbeMade.event_type}
    ways: list[tuple[str, dict[str, Any], dict[str, Any], bytes]] = [
        ("cloudEvents:", {name: bytearray(value.encode()) for name, value in plain.items()}, {}, b""),
        ("CloudEvents:", {"time": datetime(2026, 9, 10, 10, 20, tzinfo=UTC)}, {"content_encoding": "utf-8"}, b""),
        ("cloudEvents_", {"time": "2026-09-10t10:20:00.123456789z"}, {"content_type": "text/plain"}, b""),
        ("cloudEvents:", {"datacontenttype": "application/json"}, {"timestamp": 1789035600}, codecs.BOM_UTF8),
        ("cloudEvents:", {"partitionkey": "x" * 60_000, "sequence": 7}, {}, b""),
    ]  # fmt: skip
    async with probe_service(amqp_url, heard) as service:
        for number, (prefix, attributes, properties, before) in enumerate(ways):
            headers = {prefix + name: value for name, value in (plain | {"subject": str(number)} | attributes).items()}
            message = aio_pika.Message(
                before + b'{"campaign": "OTM-26-0001", "number": %d}' % number, headers=headers, **properties
            )
            await service.channel.default_exchange.publish(message, PROBE_QUEUE)
        await heard.until(lambda h: sorted(h.numbers) == list(range(len(ways))))


@pytest.mark.parametrize("headers", [{}, {"ce-specversion": "1.0", "ce-id": "1"}, {"task": "x", "argsrepr": "()"}])
async def test_a_message_that_is_no_event_of_ours_is_told_where_attributes_go(
    amqp_url: str, headers: dict[str, str]
) -> None:
    async with probe_service(amqp_url, Heard()) as service:
        await service.channel.default_exchange.publish(aio_pika.Message(b"{}", headers=dict(headers)), PROBE_QUEUE)
        dead = await service.take(DEAD)
    assert "no specversion, id, source, type: send them as headers cloudEvents:" in str(dead.headers[REASON])


async def test_compressed_data_is_told_from_data_that_is_no_json(amqp_url: str) -> None:
    headers = {f"cloudEvents:{name}": "1.0" for name in ("specversion", "id", "source")}
    message = aio_pika.Message(gzip.compress(b"{}"), headers=dict(headers), content_encoding="gzip")
    async with probe_service(amqp_url, Heard()) as service:
        await service.channel.default_exchange.publish(message, PROBE_QUEUE)
        dead = await service.take(DEAD)
    assert "compressed" in str(dead.headers[REASON])


async def test_a_messages_own_reply_to_sends_nothing_anywhere(amqp_url: str) -> None:
    heard = Heard()
    async with probe_service(amqp_url, heard) as service:
        await service.channel.declare_queue("exfiltration")
        await service.send_raw(b'{"campaign": "OTM-26-0001", "number": 3}', reply_to="exfiltration")
        await heard.until(lambda h: h.numbers == [3])
        await service.say(probe(4))
        await heard.until(lambda h: h.numbers == [3, 4])
        assert await service.depth("exfiltration") == 0
