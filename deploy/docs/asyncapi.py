"""One service as an AsyncAPI 3 document, made by FastStream from its message map and completed for machines."""

import inspect
import json
from typing import Any

from faststream.rabbit import QueueType, RabbitBroker, RabbitQueue
from faststream.specification import AsyncAPI

from deploy.catalogue import Messages
from deploy.docs.attributes import HEADERS, HEADERS_NAME
from shared.contracts.base import Contract
from shared.messaging.topology import EVENTS, EVENTS_EXCHANGE, Consumer, queue_name, queues

Json = dict[str, Any]
VIRTUAL_HOST = "otm"
ADDRESS = {
    "host": "{host}",
    "pathname": "/{virtualHost}",
    "protocol": "amqp",
    "protocolVersion": "0.9.1",
    "description": "Over TLS the scheme is amqps and the usual port 5671.",
    "variables": {
        "host": {"default": "127.0.0.1:5672", "description": "Host and port, as in OTM_AMQP_URL."},
        "virtualHost": {
            "default": VIRTUAL_HOST,
            "description": "The path of OTM_AMQP_URL; `otm` in a stack that `otm up` started. Percent-encoded.",
        },
    },
    "security": [{"$ref": "#/components/securitySchemes/user"}],
}
SECURITY = {"user": {"type": "userPassword", "description": "A user of the broker, by SASL PLAIN."}}


def asyncapi(service: str, messages: Messages) -> str:
    """Returns the document as JSON text, ending in a new line. Private work queues are left out."""
    broker = RabbitBroker("amqp://broker/", app_id=service, logger=None)
    for contract in messages.hears:
        if not contract.private:
            _hears(broker, service, contract)
    for contract in messages.says:
        broker.publisher(
            exchange=EVENTS_EXCHANGE,
            routing_key=contract.event_type,
            schema=contract,
            title=contract.event_type,
            description=inspect.getdoc(contract),
            persist=True,
        )
    document = AsyncAPI(
        broker, title=f"One to Many: {service}", version="1", description=f"What {service} says and hears."
    )
    made = json.loads(document.to_specification().to_json())
    return json.dumps(_completed(made, service, messages), indent=2, sort_keys=True) + "\n"


def _hears(broker: RabbitBroker, service: str, contract: type[Contract]) -> None:
    async def handler(event: object) -> None: ...

    handler.__annotations__["event"] = contract
    queue = queue_name(service, contract.event_type)
    declared = RabbitQueue(queue, queue_type=QueueType.QUORUM, durable=True, routing_key=contract.event_type)
    broker.subscriber(declared, EVENTS_EXCHANGE, title=queue, description=inspect.getdoc(contract))(handler)


def _completed(made: Json, service: str, messages: Messages) -> Json:
    """Adds what FastStream does not know: arguments, bindings, virtual host, headers and security."""
    made["servers"] = dict.fromkeys(made["servers"], ADDRESS)
    made["components"]["securitySchemes"] = SECURITY
    made["components"]["schemas"][HEADERS_NAME] = HEADERS
    declared = {queue.name: queue for queue in queues(Consumer(service, contract, ()) for contract in messages.hears)}
    for channel in made["channels"].values():
        binding = channel["bindings"]["amqp"]
        if exchange := binding.get("exchange"):
            exchange |= {"vhost": VIRTUAL_HOST, "x-arguments": EVENTS_EXCHANGE.arguments}
        if queue := binding.get("queue"):
            known = declared[queue["name"]]
            bound = [{"exchange": exchange, "routingKey": key} for exchange, key in known.bindings]
            arguments = {"x-queue-type": "quorum", **known.arguments}
            queue |= {"vhost": VIRTUAL_HOST, "x-arguments": arguments, "x-bindings": bound}
    for name, message in made["components"]["messages"].items():
        _complete_message(message, name.partition(":")[0].removeprefix(f"{service}."))
    return made


def _complete_message(message: Json, event_type: str) -> None:
    kind = {"properties": {"cloudEvents:type": {"const": event_type}}}
    message["contentType"] = "application/json"
    message["correlationId"] = {"location": "$message.header#/cloudEvents:correlationid"}
    message["headers"] = {"allOf": [{"$ref": f"#/components/schemas/{HEADERS_NAME}"}, kind]}
    message["bindings"] = {"amqp": {"bindingVersion": "0.3.0", "messageType": event_type}}
    message["summary"] = f"On exchange {EVENTS} under the routing key {event_type}, in CloudEvents' AMQP binary mode."
