"""Topology on a broker held against the topology in the code."""

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.local.broker.management import Management
from deploy.local.operate.doctor.finding import Finding, many
from deploy.local.operate.topology.definitions import Definitions, definitions
from deploy.local.operate.topology.drift import MADE_BY_SERVICES, Drift, Kind, drifts
from shared.messaging.names import is_ours
from shared.messaging.queues.queue import QueueNow, kind_of, queue_of
from shared.messaging.topology import UNROUTED

COLUMNS = {
    "queues": "name,vhost,durable,auto_delete,arguments,messages_ready,messages_unacknowledged,consumers",
    "exchanges": "name,vhost,type,durable,auto_delete,internal,arguments",
    "bindings": "source,vhost,destination,destination_type,routing_key,arguments",
}
REMEDIES: Mapping[Kind, str] = {
    Kind.MISSING: "start the service that it is named after: it makes what is missing, with its bindings, within ten "
    "seconds",
    Kind.NOT_BOUND: "restart the service that it is named after, which binds it again; events of that type pass it by "
    "until then",
    Kind.DIFFERENT: "somebody declared it with other arguments: delete it while it is empty (`rabbitmqctl delete_queue "
    "NAME`, `rabbitmqctl delete_exchange NAME`), and its service makes it anew",
    Kind.BOUND_BY_HAND: "take the binding away: the service does not know events of that type and puts them in its "
    "dead letters",
    Kind.UNKNOWN: "it is left from an earlier version or was made by hand: look at what is in it, then delete it",
}
LISTEN = "start the service that the queue is named after, or look at its log: `otm logs SERVICE`"


@dataclass(frozen=True)
class OnBroker:
    """One virtual host, as the management API lists it to anybody who may look."""

    vhost: str
    listed: Definitions

    @property
    def ours(self) -> list[QueueNow]:
        return [queue_of(listed) for listed in self.listed["queues"] if is_ours(listed["name"])]


async def on_broker(management: Management, vhost: str) -> OnBroker:
    return OnBroker(vhost, {part: await management.listed(part, vhost, COLUMNS[part]) for part in MADE_BY_SERVICES})


def drift(there: OnBroker) -> list[Finding]:
    """Returns what differs from the code by kind, or one finding that nothing does."""
    wanted = definitions(there.vhost)
    found = drifts(wanted, there.listed, {}, {}, MADE_BY_SERVICES)
    kinds = {kind: [each for each in found if each.kind is kind] for kind in Kind}
    made = f"{len(wanted['queues'])} queues and {len(wanted['exchanges'])} exchanges"
    return [_finding(kind, each) for kind, each in kinds.items() if each] or [
        Finding(part="topology", words=f"{made} are as the code has them")
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


def _finding(kind: Kind, found: list[Drift]) -> Finding:
    words = f"{kind.value}: {many(sorted(each.thing for each in found))}"
    return Finding(part="topology", words=words, remedy=REMEDIES[kind])
