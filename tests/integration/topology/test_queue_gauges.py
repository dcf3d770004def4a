"""Gauges of queues follow what the broker says of them, and vanish while nobody can know."""

import pytest

from shared.errors import Unavailable
from shared.messaging import metrics as metrics_module
from shared.messaging.watch import QueueWatch
from shared.storage.store import Store
from tests.integration.given.outbox import keep
from tests.integration.given.topology import refused
from tests.integration.given.waiting import until
from tests.support.probe import PROBE_QUEUE, Heard, NoOutbox, probe, probe_service


async def test_the_gauge_of_a_deleted_queue_is_0_until_somebody_consumes_it_again(amqp_url: str) -> None:
    async with probe_service(amqp_url, Heard()) as service:
        watch = QueueWatch(service.bus, NoOutbox(), ("away.made.v1",))

        def gauge(name: str, queue: str = PROBE_QUEUE) -> float | None:
            return service.registry.get_sample_value(f"otm_queue_{name}", {"queue": queue})

        await watch.step()
        assert (gauge("consumers"), gauge("missing")) == (1, 0)
        assert (gauge("consumers", "away.made.v1"), gauge("missing", "away.made.v1")) == (0, 1)
        await service.bus.stop_consuming()  # the client would begin again by itself, sooner or later
        await service.channel.queue_delete(PROBE_QUEUE)
        await watch.step()
        assert (gauge("consumers"), gauge("missing")) == (0, 0)
        async with probe_service(amqp_url, Heard()):
            await watch.step()
            assert gauge("consumers") == 1


async def test_queues_are_measured_while_the_broker_refuses_one_of_them(amqp_url: str) -> None:
    async with probe_service(amqp_url, Heard()) as service:
        await service.bus.stop_consuming()
        await service.channel.queue_delete(PROBE_QUEUE)
        await service.channel.declare_queue(PROBE_QUEUE, durable=True)  # a classic one, by somebody else
        with pytest.raises(Unavailable, match="inequivalent arg"):
            await QueueWatch(service.bus, NoOutbox(), ()).step()
        assert service.registry.get_sample_value("otm_queue_consumers", {"queue": PROBE_QUEUE}) == 0
        assert await refused(service.bus.relied_on, "inequivalent arg")


async def test_gauges_of_a_broker_that_is_away_vanish(
    amqp_url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics_module, "FRESH_SECONDS", 1.0)
    async with probe_service(amqp_url, Heard()) as service:
        other = "somebody.else.v1"
        await service.channel.declare_queue(other)
        watch = QueueWatch(service.bus, store.outbox, (PROBE_QUEUE, other, "away.made.v1"))

        def value(name: str, **labels: str) -> float | None:
            return service.registry.get_sample_value(name, labels)

        await watch.step()
        assert value("otm_queue_consumers", queue=PROBE_QUEUE) == 1
        assert value("otm_queue_messages", queue="probe.retry.0.1s") == 0
        assert value("otm_queue_messages", queue="probe.dead") == 0
        assert value("otm_queue_messages", queue=other) == 0
        assert value("otm_queue_missing", queue="away.made.v1") == 1
        assert value("otm_queue_messages", queue="away.made.v1") is None
        assert value("otm_outbox_oldest_seconds") == 0
        await keep(store, probe(1))
        await watch.step()
        assert value("otm_outbox_rows") == 1
        assert (value("otm_outbox_oldest_seconds") or 0) > 0

        async def vanished() -> bool:
            return value("otm_queue_consumers", queue=PROBE_QUEUE) is None

        await until(vanished)
