"""The metrics of the bus: counters of this process, and readings of the broker and the outbox that do not go stale."""

import time
from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

FRESH_SECONDS = 15.0
"""A reading is exported for so long after it was taken, and then vanishes until the next one."""
Labels = Mapping[tuple[str, ...], float]


class Readings(Collector):
    """Gauges whose values are as old as their last look; values that nobody could renew are not exported."""

    def __init__(self) -> None:
        self._families: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._values: dict[str, tuple[float, Labels]] = {}

    def describe(self) -> list[Metric]:
        return []

    @property
    def families(self) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        """Meaning and labels of each gauge, by its name."""
        return self._families

    def family(self, name: str, text: str, *labels: str) -> None:
        self._families[name] = (text, labels)

    def read(self, name: str, values: Labels) -> None:
        """Replace all values of that gauge by those that were seen just now, by label values."""
        self._values[name] = (time.monotonic(), dict(values))

    def collect(self) -> Iterator[Metric]:
        now = time.monotonic()
        for name, (text, labels) in self._families.items():
            at, values = self._values.get(name, (now, {}))
            if not values or now - at > FRESH_SECONDS:
                continue
            gauge = GaugeMetricFamily(name, text, labels=labels)
            for key, value in sorted(values.items()):
                gauge.add_metric(key, value)
            yield gauge


class BusMetrics:
    """`settled` counts deliveries by their end: done, retried or dead. `readings` are those of one replica at a time.

    The replica that holds the lease of the watch exports the readings; the others export none, so that a sum over
    replicas counts each queue once.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.settled = Counter(
            "otm_messages_settled", "Messages by what became of them", ["queue", "how"], registry=registry
        )
        self.relayed = Counter("otm_outbox_relayed", "Events said from the outbox", registry=registry)
        self.mended = Counter("otm_topology_mended", "Things that vanished from the broker and were made anew",
                              ["thing"], registry=registry)  # fmt: skip
        self.readings = Readings()
        self.readings.family("otm_queue_messages", "Messages waiting in a queue, retries and dead letters too", "queue")
        self.readings.family("otm_queue_consumers", "Consumers of a queue, of all replicas", "queue")
        self.readings.family("otm_queue_missing", "1 for a queue of the topology that is not on the broker", "queue")
        self.readings.family("otm_broker_blocked", "1 while an alarm keeps the broker from taking messages")
        self.readings.family("otm_outbox_rows", "Commits whose events are stored and not yet said")
        self.readings.family("otm_outbox_aside_rows", "Those of them that the broker refused, and that wait aside")
        self.readings.family("otm_outbox_oldest_seconds", "Age of the oldest of them; 0 where there is none")
        registry.register(self.readings)
