"""The bus on a real broker: every message ends done, retried or dead, and none is lost on the way."""

import asyncio
import codecs
import gzip
from datetime import UTC, datetime
from typing import Any

import aio_pika
import pytest
from pydantic import SecretStr
from pymongo.errors import AutoReconnect

from shared.errors import Conflict, NotYet, Unavailable
from shared.messaging import circuit_breaker, topology
from shared.messaging.connection import Connection
from shared.messaging.envelope import from_message, sealed
from shared.messaging.publishing import Publisher
from shared.messaging.settlement import ATTEMPT, EXCEPTION, ORIGIN, REASON
from shared.running.settings import BusSettings
from tests.support.probe import PROBE_QUEUE, Heard, ProbeMade, probe, probe_service

DEAD = "probe.dead"


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


async def test_a_failure_that_passes_is_retried_until_it_has(amqp_url: str) -> None:
    heard = Heard(lambda number, attempt: NotYet("the campaign is not known yet") if attempt <= 2 else None)
    async with probe_service(amqp_url, heard) as service:
        await service.say(probe(1))
        await heard.until(lambda h: h.numbers == [1])
        assert heard.attempts[1] == 3
        assert await service.depth(DEAD) == 0


async def test_a_failure_that_does_not_pass_ends_in_the_dead_letters_after_the_last_retry(amqp_url: str) -> None:
    heard = Heard(lambda number, attempt: ValueError("Mrs Jones of 1 High Street") if number == 1 else None)
    async with probe_service(amqp_url, heard) as service:
        bad = probe(1)
        await service.say(bad, probe(2))
        dead = await service.take(DEAD)
        assert heard.numbers == [2]
    assert heard.attempts[1] == 3  # the first try and two retries
    assert dead.message_id == bad.id
    assert dead.headers[ATTEMPT] == 3
    assert dead.headers[EXCEPTION] == "builtins.ValueError"
    assert str(dead.headers[REASON]).startswith("at probe.py:")
    assert "Jones" not in str(dead.headers)


async def test_a_broken_domain_rule_is_not_retried(amqp_url: str) -> None:
    heard = Heard(lambda number, attempt: Conflict("a completed campaign cannot be paused"))
    async with probe_service(amqp_url, heard) as service:
        await service.say(probe(1))
        dead = await service.take(DEAD)
    assert heard.attempts[1] == 1
    assert dead.headers[REASON] == "a completed campaign cannot be paused"


async def test_a_handler_that_hangs_is_a_failure_that_may_pass(amqp_url: str) -> None:
    never = asyncio.Event()

    class Hanging(Heard):
        async def handle(self, event: object) -> None:
            if not self.attempts[1]:
                self.attempts[1] += 1
                await never.wait()
            await super().handle(event)  # type: ignore[arg-type]

    heard = Hanging()
    async with probe_service(amqp_url, heard, handler_seconds=0.2, prefetch=1) as service:
        await service.say(probe(1))
        await heard.until(lambda h: h.numbers == [1])


async def test_an_event_that_nobody_listens_to_is_kept_as_unrouted(amqp_url: str) -> None:
    async with probe_service(amqp_url, Heard()) as service:
        queue = await service.channel.declare_queue(PROBE_QUEUE, passive=True)
        await queue.unbind(topology.EVENTS, "probe.made.v1")
        event = probe(1)
        await service.say(event)
        assert (await service.take(topology.UNROUTED)).message_id == event.id


async def test_what_is_said_together_arrives_in_order_though_the_connection_has_only_just_been_made(
    amqp_url: str,
) -> None:
    """As after a crash, when much is waiting: nobody has opened a channel yet."""
    async with probe_service(amqp_url, Heard()) as service, await aio_pika.connect_robust(amqp_url) as connection:
        queue = await service.channel.declare_queue("in-order")
        await queue.bind(topology.EVENTS, ProbeMade.event_type)
        publishing = Connection("publish", "probe", BusSettings(amqp_url=SecretStr(amqp_url)))
        publishing.link = connection
        publisher = Publisher(publishing)
        await asyncio.gather(*(publisher.publish(sealed(probe(number))) for number in range(100)))
        assert connection.transport
        channels = [number for number in connection.transport.connection.channels if number]
        heard = [from_message(await service.take("in-order"), ProbeMade).data.number for _ in range(100)]
    assert heard == list(range(100))
    assert len(channels) == 1, "the broker keeps the order of each channel, and of no two"


async def test_a_message_to_a_queue_that_is_not_there_is_refused_aloud(amqp_url: str) -> None:
    from shared.messaging.envelope import sealed, to_message

    async with probe_service(amqp_url, Heard()) as service:
        with pytest.raises(Unavailable):
            await service.bus.publisher.send(to_message(sealed(probe(1))), "nobody.here")


async def test_a_messages_own_reply_to_sends_nothing_anywhere(amqp_url: str) -> None:
    heard = Heard()
    async with probe_service(amqp_url, heard) as service:
        await service.channel.declare_queue("exfiltration")
        await service.send_raw(b'{"campaign": "OTM-26-0001", "number": 3}', reply_to="exfiltration")
        await heard.until(lambda h: h.numbers == [3])
        await service.say(probe(4))
        await heard.until(lambda h: h.numbers == [3, 4])
        assert await service.depth("exfiltration") == 0


async def test_errors_of_the_infrastructure_in_a_row_pause_consuming_and_spend_no_more_retries(amqp_url: str) -> None:
    well = asyncio.Event()

    async def check() -> None:
        if not well.is_set():
            raise AutoReconnect

    heard = Heard(lambda number, attempt: None if well.is_set() else AutoReconnect("the store is away"))
    async with probe_service(amqp_url, heard, check, prefetch=5) as service:
        await service.say(*(probe(n) for n in range(40)))
        await heard.until(lambda h: h.attempts.total() >= 5)
        await asyncio.sleep(1)
        tried = heard.attempts.total()
        assert tried < 40  # most were never tried while the store was away
        well.set()
        await heard.until(lambda h: sorted(h.numbers) == list(range(40)))
        assert await service.depth(DEAD) == 0


async def test_a_message_is_not_held_for_long_while_consuming_is_paused_and_spends_no_try_by_that(
    amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = asyncio.Event()

    async def check() -> None:
        if not well.is_set():
            raise AutoReconnect

    monkeypatch.setattr(circuit_breaker, "HOLD_SECONDS", 0.2)
    heard = Heard(lambda number, attempt: None if well.is_set() else AutoReconnect("the store is away"))
    async with probe_service(amqp_url, heard, check, prefetch=5) as service:
        await service.say(*(probe(n) for n in range(5)))
        await heard.until(lambda h: h.attempts.total() >= 5)
        await service.say(probe(9))
        laid_aside = service.registry.get_sample_value

        async with asyncio.timeout(20):
            while (laid_aside("otm_messages_settled_total", {"queue": PROBE_QUEUE, "how": "retried"}) or 0) < 25:
                await asyncio.sleep(0.02)
        assert heard.attempts[9] == 0
        well.set()
        await heard.until(lambda h: 9 in h.numbers)
        assert await service.depth(DEAD) == 0
