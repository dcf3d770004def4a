"""Three nodes of RabbitMQ that are one cluster, behind one address."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from testcontainers.core.network import Network

from deploy.local.broker.management import Management
from tests.cluster.balancer import balanced
from tests.cluster.node import RUNNING, USER, Node

AMQP, MANAGEMENT = 5672, 15672
NAMES = ("rabbit1", "rabbit2", "rabbit3")
SETTINGS = [
    "loopback_users = none",
    "cluster_formation.peer_discovery_backend = classic_config",
    *(f"cluster_formation.classic_config.nodes.{number} = rabbit@{name}" for number, name in enumerate(NAMES, 1)),
    "cluster_partition_handling = pause_minority",
    "queue_leader_locator = balanced",
    "net_ticktime = 5",  # a node that is cut off is noticed in seconds rather than in a minute
]


@dataclass(frozen=True)
class Cluster:
    nodes: Sequence[Node]
    amqp_url: str
    """Leads to whichever node takes the connection."""
    management_url: str

    async def leader_of(self, vhost: str, queue: str) -> Node:
        """Returns the node on which the queue's leader is."""
        async with Management(self.management_url) as management:
            queues = await management.listed("queues", vhost, "name,leader")
        (leader,) = [found["leader"] for found in queues if found["name"] == queue]
        return next(node for node in self.nodes if f"rabbit@{node.name}" == leader)

    async def members(self, vhost: str) -> dict[str, int]:
        """Returns on how many nodes each quorum queue of a virtual host is kept."""
        async with Management(self.management_url) as management:
            queues = await management.listed("queues", vhost, "name,type,members")
        return {queue["name"]: len(queue["members"]) for queue in queues if queue["type"] == "quorum"}

    async def until_whole(self, within: float = 120) -> None:
        """Returns when all nodes run, and see each other."""
        async with asyncio.timeout(within), Management(self.management_url) as management:
            while not await _all_run(management):
                await asyncio.sleep(0.5)


@asynccontextmanager
async def cluster(folder: Path) -> AsyncIterator[Cluster]:
    """Three nodes, ready; everything removed at the end."""
    _configure(folder)
    network = Network()
    await asyncio.to_thread(network.create)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(asyncio.to_thread, network.remove)
        nodes = [Node(name, network, folder) for name in NAMES]
        for node in nodes:
            await node.create()
            stack.push_async_callback(node.remove)
        amqp = await stack.enter_async_context(balanced(nodes, AMQP))
        management = await stack.enter_async_context(balanced(nodes, MANAGEMENT))
        for node in nodes:
            await node.until(RUNNING)
        found = Cluster(
            nodes,
            f"amqp://{USER}:{USER}@127.0.0.1:{amqp}/",
            f"http://{USER}:{USER}@127.0.0.1:{management}",
        )
        await found.until_whole()
        yield found


def _configure(folder: Path) -> None:
    """Writes what the nodes read, as users of their own."""
    (folder / "cluster.conf").write_text("\n".join(SETTINGS) + "\n")
    folder.chmod(0o755)


async def _all_run(management: Management) -> bool:
    nodes = await management.nodes()
    return len(nodes) == len(NAMES) and all(node["running"] and not node.get("partitions") for node in nodes)
