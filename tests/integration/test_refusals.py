"""A queue that has room again takes messages again, also from whom the broker refused one."""

import asyncio

import pytest

from deploy.local.broker.management import Management
from shared.messaging import publishing, topology
from shared.messaging.envelope import sealed
from shared.messaging.names import vhost_of
from shared.messaging.publishing import Refused
from tests.support.ground import Ground
from tests.support.probe import Heard, ProbeMade, probe, probe_service

PATIENCE_SECONDS = 60.0


async def test_who_was_refused_while_a_queue_had_a_limit_is_taken_when_it_is_lifted(
    amqp_url: str, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RabbitMQ 3.10 goes on refusing on the channel on which it refused."""
    monkeypatch.setattr(publishing, "REFUSED_SECONDS", 0.0)
    vhost, said = vhost_of(amqp_url), sealed(probe(1))
    limit = {
        "vhost": vhost, "name": "limit", "pattern": "^somebody", "apply-to": "queues", "priority": 100,
        "definition": {"max-length": 1, "overflow": "reject-publish"},
    }  # fmt: skip
    async with probe_service(amqp_url, Heard()) as service, Management(ground.management_url) as management:
        await management.take({"policies": [limit]})
        queue = await service.channel.declare_queue(
            "somebody.limited", durable=True, arguments={"x-queue-type": "quorum"}
        )
        await queue.bind(topology.EVENTS, ProbeMade.event_type)

        async def until(wanted: bool) -> None:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while await taken() is not wanted:
                    await asyncio.sleep(0.1)

        async def taken() -> bool:
            try:
                await service.bus.publisher.publish(said)
            except Refused:
                return False
            return True

        await until(False)
        await management.delete("policies", vhost, "limit")
        await until(True)
