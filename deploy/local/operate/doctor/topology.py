"""Topology on a broker held against the topology in the code."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.catalogue import consumers
from deploy.local.broker.management import Management
from deploy.local.broker.names import is_ours
from deploy.local.operate.doctor.finding import Finding, many
from deploy.local.operate.queues.queue import QueueNow, kind_of, queue_of
from shared.messaging.dead_letters.frozen import REPLAYING
from shared.messaging.topology import EVENTS, UNROUTED, Exchange, Queue, exchanges, queues

QUEUE_COLUMNS = "name,type,arguments,messages_ready,messages_unacknowledged,consumers"
START = "start the service that it is named after: it makes what is missing, with its bindings, within ten seconds"
DIFFERENT = (
    "somebody declared it with other arguments: delete it while it is empty (`rabbitmqctl delete_queue NAME`, "
    "`rabbitmqctl delete_exchange NAME`), and its service makes it anew"
)
STRANGE = "it is left from an earlier version or was made by hand: look at what is in it, then delete it"
UNBOUND = "restart the service that it is named after, which binds it again; events of that type pass it by until then"
BOUND_BY_HAND = "take the binding away: the service does not know events of that type and puts them in its dead letters"
LISTEN = "start the service that the queue is named after, or look at its log: `otm logs SERVICE`"


@dataclass(frozen=True)
class OnBroker:
    """Queues, exchanges and bindings of one virtual host, as the management API lists them."""

    queues: Mapping[str, Mapping[str, Any]]
    exchanges: Mapping[str, Mapping[str, Any]]
    bindings: frozenset[tuple[str, str, str]]
    """Exchange, routing key, queue."""

    @property
    def ours(self) -> list[QueueNow]:
        return [queue_of(listed) for name, listed in self.queues.items() if is_ours(name)]


async def on_broker(management: Management, vhost: str) -> OnBroker:
    queues_there = await management.listed("queues", vhost, QUEUE_COLUMNS)
    exchanges_there = await management.listed("exchanges", vhost, "name,type,durable,arguments")
    bindings = await management.listed("bindings", vhost, "source,destination,destination_type,routing_key")
    return OnBroker(
        {queue["name"]: queue for queue in queues_there},
        {exchange["name"]: exchange for exchange in exchanges_there},
        frozenset(
            (each["source"], each["routing_key"], each["destination"])
            for each in bindings
            if each["destination_type"] == "queue"
        ),
    )


def drift(there: OnBroker) -> list[Finding]:
    """Returns the differences between the broker and the code, or one finding that there are none."""
    wanted, ways = queues(consumers()), exchanges(consumers())
    found = [
        _finding([*_missing(wanted, there.queues), *_missing(ways, there.exchanges)], "missing", START),
        _finding(
            [*_different(wanted, there.queues), *_other_kind(ways, there.exchanges)], "not as declared", DIFFERENT
        ),
        _finding(_unbound(wanted, there), "not bound", UNBOUND),
        _finding(_bound_by_hand(wanted, there), "bound by hand", BOUND_BY_HAND),
        _finding(_strange(wanted, there), "unknown queues", STRANGE),
    ]
    return [each for each in found if each] or [
        Finding(part="topology", words=f"{len(wanted)} queues and {len(ways)} exchanges are as the code has them")
    ]


def unheard(there: OnBroker) -> Finding:
    alone = sorted(queue.name for queue in there.ours if queue.alone)
    if not alone:
        return Finding(part="consumers", words="every queue is consumed")
    return Finding(part="consumers", words=f"nobody consumes {many(alone)}", remedy=LISTEN)


def left_over(there: OnBroker) -> list[Finding]:
    """Returns findings about dead letters and about events that nobody heard."""
    depths = {queue.name: queue.depth for queue in there.ours}
    dead = {name: depth for name, depth in sorted(depths.items()) if depth and kind_of(name) == "dead-letters"}
    unrouted = depths.get(UNROUTED, 0)
    return [
        Finding(
            part="dead letters",
            words=", ".join(f"{depth:,} in {name}" for name, depth in dead.items()) or "none",
            remedy="otm dead-letters list says why; mend the cause, then otm dead-letters replay" if dead else "",
        ),
        Finding(
            part="unrouted messages",
            words=f"{unrouted:,} events that nobody heard" if unrouted else "none",
            remedy="otm dead-letters show otm.unrouted; bind the queue that is missing, then otm dead-letters replay"
            if unrouted
            else "",
        ),
    ]


def _finding(names: Sequence[str], words: str, remedy: str) -> Finding | None:
    return Finding(part="topology", words=f"{words}: {many(sorted(names))}", remedy=remedy) if names else None


def _missing(wanted: Iterable[Queue | Exchange], there: Mapping[str, Any]) -> list[str]:
    return [each.name for each in wanted if each.name not in there]


def _different(wanted: Iterable[Queue], there: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [
        queue.name
        for queue in wanted
        if queue.name in there
        and dict(there[queue.name].get("arguments") or {}) != {"x-queue-type": "quorum", **queue.arguments}
    ]


def _other_kind(wanted: Iterable[Exchange], there: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [
        exchange.name
        for exchange in wanted
        if (found := there.get(exchange.name))
        and (found.get("type"), found.get("durable"), dict(found.get("arguments") or {}))
        != (exchange.kind.value, True, exchange.arguments)
    ]


def _unbound(wanted: Iterable[Queue], there: OnBroker) -> list[str]:
    return [
        f"{queue.name} to {exchange}"
        for queue in wanted
        if queue.name in there.queues
        for exchange, key in queue.bindings
        if exchange in there.exchanges and (exchange, key, queue.name) not in there.bindings
    ]


def _bound_by_hand(wanted: Iterable[Queue], there: OnBroker) -> list[str]:
    own = {(exchange, key, queue.name) for queue in wanted for exchange, key in queue.bindings}
    names = {queue.name for queue in wanted}
    return [
        f"{name} under {key}"
        for exchange, key, name in there.bindings
        if exchange == EVENTS and name in names and (exchange, key, name) not in own
    ]


def _strange(wanted: Iterable[Queue], there: OnBroker) -> list[str]:
    known = {queue.name for queue in wanted}
    return [name for name in there.queues if is_ours(name) and name not in known and not name.endswith(REPLAYING)]
