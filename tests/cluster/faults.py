"""Faults of a cluster, each of which ends with the cluster whole again."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.cluster.node import RUNNING
from tests.cluster.nodes import Cluster

Fault = Callable[[Cluster, str], Awaitable[None]]
"""Done to a cluster; the text is the virtual host of the campaign that is under way."""

BUSY_QUEUE = "intake.communications.issued.v1"
AWAY_SECONDS = 10.0


async def leader_killed(cluster: Cluster, vhost: str) -> None:
    """The node that leads the busiest queue loses its power, and comes back."""
    node = await cluster.leader_of(vhost, BUSY_QUEUE)
    await node.kill()
    await asyncio.sleep(AWAY_SECONDS)
    await node.start()


async def node_cut_off(cluster: Cluster, vhost: str) -> None:
    """The leader's node and the two others do not hear each other, until long after they have noticed."""
    node = await cluster.leader_of(vhost, BUSY_QUEUE)
    others = [await other.address() for other in cluster.nodes if other is not node]
    await node.cut_off_from(others)
    await asyncio.sleep(2 * AWAY_SECONDS)
    await node.cut_off_from(others, cut=False)


async def rolling_restart(cluster: Cluster, vhost: str) -> None:
    """One node after the other is asked to stop, and starts again before the next."""
    del vhost
    for node in cluster.nodes:
        await node.stop()
        await node.start()
        await cluster.until_whole()


async def memory_alarm(cluster: Cluster, vhost: str) -> None:
    """Publishers are blocked on all nodes, because one of them is short of memory."""
    del vhost
    node = cluster.nodes[0]
    assert await node.says("rabbitmqctl", "set_vm_memory_high_watermark", "0.00001")
    assert not await node.says("rabbitmq-diagnostics", "--quiet", "check_local_alarms")
    await asyncio.sleep(AWAY_SECONDS)
    assert await node.says("rabbitmqctl", "set_vm_memory_high_watermark", "0.6")
    await node.until(RUNNING)


FAULTS: list[Fault] = [leader_killed, node_cut_off, rolling_restart, memory_alarm]
