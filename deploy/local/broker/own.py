"""The common part of the brokers that we start ourselves, a node or a container."""

import asyncio
from abc import abstractmethod

from deploy.local.broker.broker import VHOST, with_vhost
from deploy.local.broker.management import Management
from deploy.local.errors import StackError
from deploy.local.operate.topology.definitions import definitions
from deploy.local.processes.component import Component
from deploy.local.processes.health import Answer, Prober
from deploy.local.stack.home import Home
from deploy.local.stack.ports import Ports

# RabbitMQ's own default user. It is no less private than the store: both are on this machine's loopback interface only.
USER = "guest:guest"

# Seconds from SIGTERM to SIGKILL. RabbitMQ 3.10 takes 6 s when its management plugin is on: one of the plugin's parts
# waits 5 s for an answer that cannot come any more.
GRACE = 6.5
ANSWER_SECONDS = 2.5
CHANGE_SECONDS = 60.0
"""For a change to a broker that has only just started, perhaps on a busy machine."""


class OwnBroker(Component):
    """A broker on ports of our choice."""

    def __init__(self, home: Home) -> None:
        ports = Ports(home.ports)
        self.port = ports.get("broker")
        self.management_port = ports.get("broker.management")

    @property
    def amqp_url(self) -> str:
        return with_vhost(f"amqp://{USER}@127.0.0.1:{self.port}", VHOST)

    @property
    def management_url(self) -> str:
        return f"http://{USER}@127.0.0.1:{self.management_port}"

    def health(self, port: int) -> str:
        """Answers 200 once the management API is up and RabbitMQ listens on that port, as it sees its ports itself."""
        return f"{self.management_url}/api/health/checks/port-listener/{port}"

    async def alive(self, port: int) -> Answer:
        """Tells whether the broker is healthy and its quorum queues work. One that fails while the broker starts has no
        leader until the broker is started again, though the broker calls it "running"."""
        async with Prober(ANSWER_SECONDS) as prober:
            if not (listens := await prober.ask(self.health(port))).well:
                return listens
        try:
            async with asyncio.timeout(ANSWER_SECONDS), Management(self.management_url, ANSWER_SECONDS) as management:
                queues = await management.leaderless()
        except TimeoutError:
            return Answer(False, f"no answer within {ANSWER_SECONDS:g} s")
        except StackError as error:
            return Answer(False, str(error))
        return Answer(not queues, f"queues without a leader: {', '.join(queues)}" if queues else "")

    async def create_vhost(self, name: str) -> str:
        async with Management(self.management_url, CHANGE_SECONDS) as management:
            await management.create_vhost(name)
        return with_vhost(self.amqp_url, name)

    async def delete_vhost(self, name: str) -> None:
        async with Management(self.management_url, CHANGE_SECONDS) as management:
            await management.delete_vhost(name)

    async def _start(self) -> None:
        await self._serve()
        await self.create_vhost(VHOST)
        await self._limit()

    async def _limit(self) -> None:
        """Sets what operators set on a broker of theirs (`otm topology apply`): policies, and the sizes of queues."""
        wanted = definitions(VHOST)
        async with Management(self.management_url, CHANGE_SECONDS) as management:
            await management.take({part: wanted[part] for part in ("vhosts", "parameters", "policies")})

    @abstractmethod
    async def _serve(self) -> None:
        """Returns when the broker answers on both ports."""
