"""The broker's users, each with the rights that it needs and no more.

A service's user makes, reads and writes its own queues, binds them to the events that it hears, and says the events
that it says. It cannot change what all services share. Its name is the service's: consumers go by that too
(`shared.messaging.vouching`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from deploy.catalogue import SERVICES, Messages
from shared.contracts.base import Contract
from shared.messaging.dead_letters.frozen import REPLAYING
from shared.messaging.topology import EVENTS, UNROUTED

NOTHING, EVERYTHING = "^$", ".*"
OPERATORS = rf"^(lock\..*|amq\.gen-.*|.*{re.escape(REPLAYING)})$"
"""Queues that operators make: turns at dead letters, sets that are replayed, and one to follow events."""
CONNECTIONS, CHANNELS = 400, 20_000
"""Limits of one service, enough for a hundred replicas: each has three connections and a channel for each queue."""


@dataclass(frozen=True)
class User:
    """A user of the broker: patterns of what it may make, write and read; for events also by routing key."""

    name: str
    configure: str = NOTHING
    write: str = NOTHING
    read: str = NOTHING
    says: str | None = None
    hears: str | None = None
    tags: tuple[str, ...] = ()
    limits: dict[str, int] = field(default_factory=dict)


def users() -> list[User]:
    """Returns the users of the four services, of operators, of what watches queues, and of `otm topology apply`."""
    return [
        *(_service(name, messages) for name, messages in SERVICES.items()),
        User("operations", OPERATORS, EVERYTHING, EVERYTHING, tags=("monitoring",)),
        User("monitoring", read=NOTHING, tags=("monitoring",)),
        User("topology", EVERYTHING, EVERYTHING, EVERYTHING, tags=("administrator",)),
    ]


def _service(name: str, messages: Messages) -> User:
    own = rf"^{re.escape(name)}\."
    return User(
        name,
        configure=own,
        write=rf"{own}|^{re.escape(EVENTS)}$|^amq\.default$",
        read=rf"{own}|^{re.escape(EVENTS)}$|^{re.escape(UNROUTED)}$",
        says=_types(messages.says),
        hears=_types(messages.hears),
        limits={"max-connections": CONNECTIONS, "max-channels": CHANNELS},
    )


def _types(contracts: Iterable[type[Contract]]) -> str:
    """Returns a pattern of the routing keys of these events, without those that a service says to itself."""
    names = sorted(re.escape(contract.event_type) for contract in contracts if not contract.private)
    return f"^({'|'.join(names)})$"
