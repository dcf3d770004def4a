"""The shape of the broker: one exchange, and for each consumer a queue, its retry queues and its dead letters.

otm.events (topic) ──routing key──▶ <service>.<event type>            quorum, consumed by one service
    │                                   │ a failure that may pass
    │                                   ├──▶ <queue>.retry.<delay>    quorum, fixed TTL, back to that queue alone
    │                                   │ a failure that will not
    │                                   └──▶ <queue>.dead             quorum, kept until someone replays it
    └─ no queue is bound ─▶ otm.unrouted (fanout) ─▶ otm.unrouted     quorum, alert on its depth
"""

from dataclasses import dataclass
from typing import Any

from aio_pika.abc import AbstractChannel, AbstractQueue
from faststream.rabbit import ExchangeType, QueueType, RabbitExchange, RabbitQueue

from shared.contracts.base import Contract

EVENTS = "otm.events"
UNROUTED = "otm.unrouted"
CRASH_LIMIT = 100
"""Deliveries after which a message that kills its consumer each time is dead-lettered by the broker itself."""
NO_LIMIT = 1_000_000_000
Arguments = dict[str, Any]

EVENTS_EXCHANGE = RabbitExchange(
    EVENTS, type=ExchangeType.TOPIC, durable=True, arguments={"alternate-exchange": UNROUTED}
)


def queue_name(service: str, event_type: str) -> str:
    return f"{service}.{event_type}"


@dataclass(frozen=True, slots=True)
class Consumer:
    """One service listening to one contract; `delays` are the seconds before each retry."""

    service: str
    contract: type[Contract]
    delays: tuple[float, ...]

    @property
    def queue(self) -> str:
        return queue_name(self.service, self.contract.event_type)

    @property
    def dead(self) -> str:
        return f"{self.queue}.dead"

    def retry(self, attempt: int) -> str:
        """The retry queue for the `attempt`-th retry, counted from 0."""
        return f"{self.queue}.retry.{_spelt(self.delays[attempt])}"

    def rabbit_queue(self) -> RabbitQueue:
        """Declared by `declare` below, so FastStream only looks it up; binding is there as well."""
        return RabbitQueue(self.queue, queue_type=QueueType.QUORUM, durable=True, declare=False)


async def declare(channel: AbstractChannel, *consumers: Consumer) -> None:
    """Make the exchange and everything `consumers` need. Safe to repeat, by any number of replicas."""
    unrouted = await channel.declare_exchange(UNROUTED, ExchangeType.FANOUT.value, durable=True)
    await (await _quorum(channel, UNROUTED, {"x-delivery-limit": NO_LIMIT})).bind(unrouted)
    events = await channel.declare_exchange(
        EVENTS, ExchangeType.TOPIC.value, durable=True, arguments=dict(EVENTS_EXCHANGE.arguments or {})
    )
    for consumer in consumers:
        await _quorum(channel, consumer.dead, {"x-delivery-limit": NO_LIMIT})
        queue = await _quorum(channel, consumer.queue, _back_to(consumer.dead) | {"x-delivery-limit": CRASH_LIMIT})
        for attempt, delay in enumerate(consumer.delays):
            await _quorum(
                channel, consumer.retry(attempt), _back_to(consumer.queue) | {"x-message-ttl": round(delay * 1000)}
            )
        if not consumer.contract.private:
            await queue.bind(events, routing_key=consumer.contract.event_type)


@dataclass(frozen=True, slots=True)
class Depth:
    messages: int
    consumers: int


async def depths(channel: AbstractChannel, *consumers: Consumer) -> dict[str, Depth]:
    found = {}
    for name in [UNROUTED, *(name for c in consumers for name in (c.queue, c.dead))]:
        answer = (await channel.declare_queue(name, passive=True)).declaration_result
        found[name] = Depth(answer.message_count or 0, answer.consumer_count or 0)
    return found


async def _quorum(channel: AbstractChannel, name: str, arguments: Arguments) -> AbstractQueue:
    return await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum", **arguments})


def _back_to(queue: str) -> Arguments:
    """Dead-letter to `queue` alone, never losing a message on the way."""
    return {
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": queue,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def _spelt(seconds: float) -> str:
    return f"{seconds:g}s"
