"""One whole campaign on three nodes of RabbitMQ comes to the same, whatever happens to one of them meanwhile."""

import asyncio
from pathlib import Path

import pytest

from deploy.local.demo.figures import Outcome
from shared.messaging.names import vhost_of
from tests.cluster.faults import FAULTS, Fault
from tests.cluster.nodes import Cluster
from tests.support.ground import Ground
from tests.support.stage import Silent, stage

pytestmark = pytest.mark.cluster
WHEN = ("The clock is moved", "Customers get in touch")
"""Steps during which the fault happens: letters go out in the first, customers ring in the last."""


class Struck(Silent):
    """Lets the fault happen at each of the steps, the second time when the first is over."""

    def __init__(self, fault: Fault, nodes: Cluster, vhost: str) -> None:
        self._fault, self._nodes, self._vhost = fault, nodes, vhost
        self._turn = asyncio.Lock()
        self.times: list[asyncio.Task[None]] = []

    def step(self, title: str) -> None:
        if title.startswith(WHEN):
            self.times.append(asyncio.create_task(self._strike()))

    async def _strike(self) -> None:
        async with self._turn:
            await self._fault(self._nodes, self._vhost)
            await self._nodes.until_whole()


@pytest.fixture
def cluster(nodes: Cluster | None) -> Cluster:
    assert nodes is not None, "this test is for a cluster: set OTM_TEST_CLUSTER"
    return nodes


async def test_an_undisturbed_campaign(cluster: Cluster, ground: Ground, amqp_url: str, tmp_path: Path) -> None:
    async with stage(ground, amqp_url, tmp_path) as running:
        members = await cluster.members(vhost_of(amqp_url))
        assert len(members) > 20
        assert set(members.values()) == {3}
        same(await running.play(patience=180))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
async def test_a_campaign_with_a_fault(
    fault: Fault, cluster: Cluster, ground: Ground, amqp_url: str, tmp_path: Path
) -> None:
    async with stage(ground, amqp_url, tmp_path) as running:
        struck = Struck(fault, cluster, vhost_of(amqp_url))
        try:
            outcome = await running.play(patience=180, last_look=180, display=struck)
        finally:
            await asyncio.gather(*struck.times)
        assert len(struck.times) >= len(WHEN)
    same(outcome)


def same(outcome: Outcome) -> None:
    assert outcome.checks == dict.fromkeys(outcome.checks, True), outcome.figures
