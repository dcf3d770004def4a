"""One service as an AsyncAPI 3 document, made by FastStream from its message map."""

import inspect
import json

from faststream.rabbit import QueueType, RabbitBroker, RabbitQueue
from faststream.specification import AsyncAPI

from deploy.catalogue import Messages
from shared.contracts.base import Contract
from shared.messaging.topology import EVENTS_EXCHANGE, queue_name


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
    return json.dumps(json.loads(document.to_specification().to_json()), indent=2, sort_keys=True) + "\n"


def _hears(broker: RabbitBroker, service: str, contract: type[Contract]) -> None:
    async def handler(event: object) -> None: ...

    handler.__annotations__["event"] = contract
    queue = queue_name(service, contract.event_type)
    declared = RabbitQueue(queue, queue_type=QueueType.QUORUM, durable=True, routing_key=contract.event_type)
    broker.subscriber(declared, EVENTS_EXCHANGE, title=queue, description=inspect.getdoc(contract))(handler)
