"""The shape of the broker: one exchange, one queue for each consumer, and a handful for each service.

otm.events (topic) ──routing key──▶ <service>.<event type>              quorum, consumed by one service
    │                                   │ a failure that may pass
    │                                   ├──▶ <service>.retry.<delay>    fanout exchange to a quorum queue with this TTL,
    │                                   │                               then back to the queue of its routing key
    │                                   │ a failure that will not, or a message that kills its consumer
    │                                   └──▶ <service>.dead             quorum, kept until replayed or discarded
    └─ no queue is bound ─▶ otm.unrouted (fanout) ─▶ otm.unrouted       quorum, alert on its depth

This module holds names and arguments; `shared.messaging.declaring` makes them and looks at them on a broker.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from faststream.rabbit import ExchangeType, QueueType, RabbitExchange, RabbitQueue

from shared.contracts.base import Contract

EVENTS = "otm.events"
UNROUTED = "otm.unrouted"
SHARED = (EVENTS, UNROUTED)
"""The exchanges and the queue that all services have in common."""
CRASH_LIMIT = 100
"""Deliveries after which a message that kills its consumer each time is dead-lettered by the broker itself."""
NO_LIMIT = 1_000_000_000
Arguments = dict[str, Any]

EVENTS_EXCHANGE = RabbitExchange(
    EVENTS, type=ExchangeType.TOPIC, durable=True, arguments={"alternate-exchange": UNROUTED}
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A durable exchange."""

    name: str
    kind: ExchangeType
    arguments: Arguments = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable quorum queue; `bindings` are pairs of an exchange and a routing key."""

    name: str
    arguments: Arguments
    bindings: tuple[tuple[str, str], ...] = ()


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
        return dead_queue(self.service)

    def retry(self, attempt: int) -> str:
        """The exchange of the `attempt`-th retry, counted from 0, and the queue behind it: both have one name."""
        return retry_queue(self.service, self.delays[attempt])

    def rabbit_queue(self) -> RabbitQueue:
        """Looked up by FastStream and never declared by it: `declaring` makes the queue and its binding."""
        return RabbitQueue(self.queue, queue_type=QueueType.QUORUM, durable=True, declare=False)


def queue_name(service: str, event_type: str) -> str:
    return f"{service}.{event_type}"


def dead_queue(service: str) -> str:
    return f"{service}.dead"


def retry_queue(service: str, seconds: float) -> str:
    return f"{service}.retry.{seconds:g}s"


def is_retry(queue: str) -> bool:
    return ".retry." in queue


def exchanges(consumers: Iterable[Consumer]) -> list[Exchange]:
    """Every exchange that `consumers` rely on, in an order in which they can be declared."""
    retries = {consumer.retry(attempt) for consumer in consumers for attempt in range(len(consumer.delays))}
    return [
        Exchange(UNROUTED, ExchangeType.FANOUT),
        Exchange(EVENTS, ExchangeType.TOPIC, dict(EVENTS_EXCHANGE.arguments or {})),
        *(Exchange(name, ExchangeType.FANOUT) for name in sorted(retries)),
    ]


def queues(consumers: Iterable[Consumer]) -> list[Queue]:
    """Every queue that `consumers` rely on, dead letters before the queues that lead to them."""
    found = {UNROUTED: Queue(UNROUTED, {"x-delivery-limit": NO_LIMIT}, ((UNROUTED, ""),))}
    for consumer in consumers:
        found.setdefault(consumer.dead, Queue(consumer.dead, {"x-delivery-limit": NO_LIMIT}))
        for attempt, delay in enumerate(consumer.delays):
            name = consumer.retry(attempt)
            found.setdefault(name, Queue(name, _back() | {"x-message-ttl": round(delay * 1000)}, ((name, ""),)))
        found[consumer.queue] = _consumed(consumer)
    return list(found.values())


def _consumed(consumer: Consumer) -> Queue:
    arguments = _back() | {"x-dead-letter-routing-key": consumer.dead, "x-delivery-limit": CRASH_LIMIT}
    bindings = () if consumer.contract.private else ((EVENTS, consumer.contract.event_type),)
    return Queue(consumer.queue, arguments, bindings)


def _back() -> Arguments:
    """Dead-letter through the default exchange and never lose a message on the way.

    Without a routing key of its own a message keeps the one that it was published under.
    """
    return {"x-dead-letter-exchange": "", "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
