"""A private RabbitMQ node, beside any other that runs on this machine."""

from functools import partial
from pathlib import Path

from deploy.local.broker.configuration import NodePorts, node_environment, write_configuration
from deploy.local.broker.own import GRACE, OwnBroker
from deploy.local.errors import NoWayError
from deploy.local.processes.descriptors import hard_limit
from deploy.local.processes.program import HUNG_AFTER_SECONDS, Program
from deploy.local.processes.supervised import Supervised
from deploy.local.stack.home import Home
from deploy.local.stack.machine import Machine
from deploy.local.stack.ports import Ports
from deploy.local.stack.state import Watch, unwatched


class PrivateNode(OwnBroker):
    """RabbitMQ and its epmd (Erlang's name server) as children of ours, listening on the loopback interface only."""

    def __init__(
        self, home: Home, machine: Machine, watch: Watch = unwatched, hung_after: float = HUNG_AFTER_SECONDS
    ) -> None:
        super().__init__(home)
        ports = Ports(home.ports)
        self._ports = NodePorts(
            amqp=self.port,
            management=self.management_port,
            metrics=ports.get("broker.metrics"),
            distribution=ports.get("broker.distribution"),
            epmd=ports.get("broker.epmd"),
        )
        self._home, self._machine, self._watch, self._hung_after = home, machine, watch, hung_after
        self._processes: list[Supervised] = []

    async def _serve(self) -> None:
        server = self._machine.rabbitmq_server()
        if server is None:
            raise NoWayError("There is no rabbitmq-server on this machine any more")
        write_configuration(self._home.broker, self._ports)
        # An epmd that the node had to start by itself would be shared with others, and outlive it.
        for program in (self._epmd(), self._node(server)):
            process = Supervised(program, self._home.logs, self._watch)
            self._processes.append(process)
            await process.start()

    async def stop(self) -> None:
        while self._processes:
            await self._processes.pop().stop()

    def _epmd(self) -> Program:
        return Program(
            name="epmd",
            description="Erlang's name server",
            command=["epmd", "-port", str(self._ports.epmd)],
            environment=node_environment(self._home.broker, self._ports),
            port=self._ports.epmd,
            health=f"epmd://127.0.0.1:{self._ports.epmd}",
            hung_after=self._hung_after,
            grace=0.5,
        )

    def _node(self, server: Path) -> Program:
        return Program(
            name="broker",
            description=f"a private RabbitMQ node, with {hard_limit():,} file descriptors",
            command=[str(server)],
            environment=node_environment(self._home.broker, self._ports),
            port=self.port,
            health=self.health(self.port),
            alive=partial(self.alive, self.port),
            patience=60,
            hung_after=self._hung_after,
            grace=GRACE,
        )
