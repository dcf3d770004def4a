"""One queue at one moment, from what RabbitMQ's management API says of it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel

from shared.messaging.dead_letters.frozen import REPLAYING
from shared.messaging.topology import UNROUTED, is_retry

Kind = Literal["events", "retries", "dead-letters", "unrouted"]


class QueueNow(BaseModel, frozen=True):
    """A queue. Rates are messages a second. `oldest_seconds` is the age of the oldest message, None where nothing waits
    or nobody knows; `at_least` marks one that is older than the broker remembers."""

    name: str
    service: str
    kind: Kind
    missing: bool = False
    waiting: int = 0
    in_hand: int = 0
    consumers: int = 0
    in_per_second: float = 0
    out_per_second: float = 0
    oldest_seconds: float | None = None
    at_least: bool = False
    impact: str | None = None
    """Words for who is hurt while this waits; None while nobody is."""

    @property
    def depth(self) -> int:
        return self.waiting + self.in_hand

    @property
    def alone(self) -> bool:
        """Whether nobody consumes a queue that somebody should consume."""
        return self.kind == "events" and not self.consumers

    @property
    def troubled(self) -> bool:
        held = self.kind in ("dead-letters", "unrouted") and self.depth > 0
        return self.missing or self.alone or held


class ServiceNow(BaseModel, frozen=True):
    """The queues of one service together: messages that wait to be heard, for their retry, and in the dead letters."""

    name: str
    queues: int
    waiting: int
    retries: int
    dead: int
    in_per_second: float
    out_per_second: float


def by_service(queues: Sequence[QueueNow]) -> list[ServiceNow]:
    """Returns the services in the order in which their first queues come."""
    return [
        _together(name, [queue for queue in queues if queue.service == name])
        for name in dict.fromkeys(queue.service for queue in queues)
    ]


def _together(name: str, own: Sequence[QueueNow]) -> ServiceNow:
    def depth(*kinds: Kind) -> int:
        return sum(queue.depth for queue in own if queue.kind in kinds)

    events = [queue for queue in own if queue.kind == "events"]
    return ServiceNow(
        name=name,
        queues=len(own),
        waiting=depth("events", "unrouted"),
        retries=depth("retries"),
        dead=depth("dead-letters"),
        in_per_second=sum(queue.in_per_second for queue in events),
        out_per_second=sum(queue.out_per_second for queue in events),
    )


def queue_of(listed: Mapping[str, Any]) -> QueueNow:
    """Returns a queue as the management API lists it."""
    stats = listed.get("message_stats") or {}
    name = str(listed["name"])
    return QueueNow(
        name=name,
        service=service_of(name),
        kind=kind_of(name),
        waiting=int(listed.get("messages_ready") or 0),
        in_hand=int(listed.get("messages_unacknowledged") or 0),
        consumers=int(listed.get("consumers") or 0),
        in_per_second=_rate(stats, "publish"),
        out_per_second=_rate(stats, "ack"),
    )


def missing_queue(name: str) -> QueueNow:
    return QueueNow(name=name, service=service_of(name), kind=kind_of(name), missing=True)


def kind_of(name: str) -> Kind:
    if name == UNROUTED:
        return "unrouted"
    if is_retry(name):
        return "retries"
    return "dead-letters" if name.endswith(REPLAYING) or name.endswith(".dead") else "events"


def service_of(name: str) -> str:
    return name.partition(".")[0]


Samples = Sequence[Mapping[str, float]]


def oldest_age(depth: int, published: Samples) -> tuple[timedelta, bool] | None:
    """Returns the age of the oldest of `depth` messages, and whether it is a least age; None where nothing is known.

    `published` are the broker's counts of messages put in so far, each with its time in milliseconds, in any order. A
    queue is first in, first out, so the oldest message is the `depth`-th from the end: it came when the count passed
    that number. Nothing is taken out of the queue to find that.
    """
    counts = sorted(published, key=lambda each: each["timestamp"])
    if not depth or not counts:
        return None
    before_oldest = counts[-1]["sample"] - depth
    came = next((each for each in counts if each["sample"] > before_oldest), None)
    if came is None:
        return None
    age = timedelta(milliseconds=counts[-1]["timestamp"] - came["timestamp"])
    return age, came is counts[0]


def _rate(stats: Mapping[str, Any], name: str) -> float:
    return float((stats.get(f"{name}_details") or {}).get("rate") or 0)
