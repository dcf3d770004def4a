"""File descriptors that a broker needs for a stack."""

from shared.messaging.known_queues import KNOWN_QUEUES

PER_QUEUE = 3
"""A quorum queue's log, its segments and its Raft group: RabbitMQ 3.10 sets as many aside before it makes one."""
QUEUES = len(KNOWN_QUEUES)
CONNECTIONS = 100
"""Two for each service process, those of operators and tests, and the management API's."""
NODE = 130
"""Descriptors open in a node that has neither queues nor connections, and held back by RabbitMQ from the limit."""


def needed(queues_there: int = 0) -> int:
    """Returns the descriptors to be free in a running broker that has so many of the stack's queues already."""
    return max(QUEUES - queues_there, 0) * PER_QUEUE + CONNECTIONS


def limit_needed() -> int:
    """Returns the limit that a node of the stack's own needs."""
    return needed() + NODE
