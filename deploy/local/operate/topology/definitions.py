"""The topology as the broker's own definitions: a JSON document that it loads at its start or takes over HTTP.

What a queue is, such as where its dead letters go and how long a retry waits, stands in its arguments and never
changes. What may have to change while it is in use, such as its size, stands in policies.
"""

from collections.abc import Mapping
from typing import Any

from deploy.catalogue import consumers
from deploy.local.operate.topology.passwords import password_hash
from deploy.local.operate.topology.rights import User, users
from shared.messaging.topology import EVENTS, Queue, exchanges, queues

Definitions = dict[str, Any]
MIB = 1024 * 1024
BALANCED = {"queue-leader-locator": "balanced"}
CONSUMED_BYTES, RETRY_BYTES, UNROUTED_BYTES = 2048 * MIB, 1024 * MIB, 512 * MIB
"""Sizes from which a queue refuses messages: they wait in the outbox of the service that says them."""
POLICIES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "otm-consumed": (
        r"^(planner|dispatcher|intake|notifier)\.(?!dead$|retry\.)",
        {"max-length-bytes": CONSUMED_BYTES, **BALANCED},
    ),
    "otm-retry": (r"^(planner|dispatcher|intake|notifier)\.retry\.", {"max-length-bytes": RETRY_BYTES, **BALANCED}),
    "otm-dead": (r"^(planner|dispatcher|intake|notifier)\.dead$", BALANCED),
    "otm-unrouted": (
        r"^otm\.unrouted$",
        {"max-length-bytes": UNROUTED_BYTES, "overflow": "reject-publish", **BALANCED},
    ),
}
"""By name: the pattern of the queues, and what holds for them."""
VHOST_LIMITS = {"max-connections": 2_000, "max-queues": 500}


def definitions(vhost: str, passwords: Mapping[str, str] | None = None) -> Definitions:
    """Returns everything that the services rely on, and the users with `passwords` for whom there are any."""
    given = [user for user in users() if user.name in (passwords or {})]
    made = queues(consumers())
    return {
        "vhosts": [{"name": vhost}],
        "users": [_user(user, (passwords or {})[user.name]) for user in given],
        "permissions": [_permission(user, vhost) for user in given],
        "topic_permissions": [_topic_permission(user, vhost) for user in given if user.says is not None],
        "parameters": [{"vhost": vhost, "component": "vhost-limits", "name": "limits", "value": VHOST_LIMITS}],
        "policies": [
            {"vhost": vhost, "name": name, "pattern": pattern, "apply-to": "queues", "priority": 10, "definition": held}
            for name, (pattern, held) in POLICIES.items()
        ],
        "exchanges": [
            {
                **{"name": exchange.name, "vhost": vhost, "type": exchange.kind.value, "durable": True},
                **{"auto_delete": False, "internal": False, "arguments": exchange.arguments},
            }
            for exchange in exchanges(consumers())
        ],
        "queues": [_queue(queue, vhost) for queue in made],
        "bindings": [_binding(vhost, *binding, queue.name) for queue in made for binding in queue.bindings],
    }


def _user(user: User, password: str) -> Definitions:
    return {
        "name": user.name,
        "password_hash": password_hash(password),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": list(user.tags),
        "limits": user.limits,
    }


def _permission(user: User, vhost: str) -> Definitions:
    rights = {"configure": user.configure, "write": user.write, "read": user.read}
    return {"user": user.name, "vhost": vhost, **rights}


def _topic_permission(user: User, vhost: str) -> Definitions:
    return {"user": user.name, "vhost": vhost, "exchange": EVENTS, "write": user.says, "read": user.hears}


def _queue(queue: Queue, vhost: str) -> Definitions:
    arguments = {"x-queue-type": "quorum", **queue.arguments}
    return {"name": queue.name, "vhost": vhost, "durable": True, "auto_delete": False, "arguments": arguments}


def _binding(vhost: str, exchange: str, key: str, queue: str) -> Definitions:
    ends = {"source": exchange, "vhost": vhost, "destination": queue, "destination_type": "queue"}
    return {**ends, "routing_key": key, "arguments": {}}
