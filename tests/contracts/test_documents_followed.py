"""The documents followed by a machine and by another team, on a real broker."""

import asyncio
import json
from typing import Any

import aio_pika
import jsonschema_rs
import pytest

from deploy.catalogue import SERVICES, consumers
from deploy.docs.asyncapi import asyncapi
from deploy.docs.consumer_example import EVENT_TYPE, consume
from shared.contracts import CONTRACTS
from shared.events import first_event
from shared.messaging.declaring import declare
from shared.messaging.envelope import sealed, to_message
from tests.support.probe import probe
from tests.support.samples import sample

DOCUMENTS = {name: json.loads(asyncapi(name, messages)) for name, messages in SERVICES.items()}


@pytest.mark.parametrize("service", DOCUMENTS)
async def test_what_a_document_describes_can_be_declared_beside_the_services_and_before_them(
    amqp_url: str, service: str
) -> None:
    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        for _ in range(2):
            for described in DOCUMENTS[service]["channels"].values():
                await follow(channel, described["bindings"]["amqp"])
            await declare(channel, *consumers())  # refused with 406 where a document is not right


async def follow(channel: aio_pika.abc.AbstractChannel, binding: dict[str, Any]) -> None:
    if exchange := binding.get("exchange"):
        await channel.declare_exchange(
            exchange["name"], exchange["type"], durable=exchange["durable"], auto_delete=exchange["autoDelete"],
            arguments=exchange["x-arguments"],
        )  # fmt: skip
    if described := binding.get("queue"):
        queue = await channel.declare_queue(
            described["name"], durable=described["durable"], exclusive=described["exclusive"],
            auto_delete=described["autoDelete"], arguments=described["x-arguments"],
        )  # fmt: skip
        for bound in described["x-bindings"]:
            await channel.declare_exchange(
                bound["exchange"], "topic", durable=True, arguments={"alternate-exchange": "otm.unrouted"}
            )
            await queue.bind(bound["exchange"], bound["routingKey"])


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.event_type)
def test_every_message_is_as_its_document_describes_it(contract: Any) -> None:
    message = to_message(sealed(first_event(sample(contract), "planner", probe(1).time)))
    seen = 0
    for document in DOCUMENTS.values():
        for name, described in document["components"]["messages"].items():
            if name.endswith((f"{contract.event_type}:Message", f"{contract.event_type}:SubscribeMessage")):
                schema = {**described["headers"], "components": document["components"]}
                jsonschema_rs.validate(schema, dict(message.headers))
                assert described["contentType"] == message.content_type
                assert described["bindings"]["amqp"]["messageType"] == message.type
                seen += 1
    assert seen >= 2, "a document of who says it, and one of who hears it"


async def test_the_worked_consumer_hears_what_is_said_after_its_binding_was_made(amqp_url: str) -> None:
    heard: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()

    async def handle(event_id: str, event: dict[str, Any]) -> None:
        await heard.put((event_id, event))

    contract = next(each for each in CONTRACTS if each.event_type == EVENT_TYPE)
    event = first_event(sample(contract), "planner", probe(1).time)
    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        await declare(channel, *consumers())
        exchange = await channel.get_exchange("otm.events")
        await exchange.publish(to_message(sealed(event)), EVENT_TYPE)  # too early
        listening = asyncio.create_task(consume(amqp_url, "my-team", handle))
        try:
            async with asyncio.timeout(30):
                while not await is_listening(amqp_url):
                    await asyncio.sleep(0.05)
                later = first_event(sample(contract), "planner", probe(1).time)
                await exchange.publish(to_message(sealed(later)), EVENT_TYPE)
                assert await heard.get() == (later.id, json.loads(sealed(later).body))
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def is_listening(amqp_url: str) -> bool:
    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        try:
            found = await channel.declare_queue(f"my-team.{EVENT_TYPE}", passive=True)
        except aio_pika.exceptions.ChannelClosed:
            return False
        return bool(found.declaration_result.consumer_count)
