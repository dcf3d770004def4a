"""Names of the queues and exchanges that the services declare."""

from dataclasses import replace

from deploy.catalogue import consumers
from shared.messaging.topology import EVENTS, UNROUTED
from shared.settings import BusSettings


def declared_names() -> tuple[list[str], list[str]]:
    """Returns the queues and the exchanges, without those of another version or of other delays."""
    delays = BusSettings.model_fields["retry_delays"].default
    known = [replace(consumer, delays=delays) for consumer in consumers()]
    retries = {consumer.retry(attempt) for consumer in known for attempt in range(len(delays))}
    queues = {UNROUTED, *retries, *(name for consumer in known for name in (consumer.queue, consumer.dead))}
    return sorted(queues), sorted({EVENTS, UNROUTED, *retries})
