"""What ops people watch of the bus."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class BusMetrics:
    """`settled` counts deliveries by what became of them: done, retried or dead."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.settled = Counter(
            "otm_messages_settled", "Messages by what became of them", ["queue", "how"], registry=registry
        )
        self.queue_depth = Gauge("otm_queue_messages", "Messages waiting in a queue", ["queue"], registry=registry)
        self.queue_consumers = Gauge(
            "otm_queue_consumers", "Consumers of a queue, of all replicas", ["queue"], registry=registry
        )
        self.outbox_depth = Gauge("otm_outbox_rows", "Events stored and not yet said", registry=registry)
        self.relayed = Counter("otm_outbox_relayed", "Events said from the outbox", registry=registry)
