"""A RabbitMQ node of a test's own, to be put into states that no shared broker may be in."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from deploy.local.broker.configuration import NODE_NAME, NodePorts, node_environment
from deploy.local.broker.node import PrivateNode
from deploy.local.stack.home import Home
from deploy.local.stack.machine import Machine


class Node:
    """A running node; `control` runs rabbitmqctl on it, `stopped` freezes its processes."""

    def __init__(self, home: Home, node: PrivateNode, server: Path) -> None:
        self.amqp_url, self.management_url = node.amqp_url, node.management_url
        self._home = home
        self._port = node.port
        self._ctl = server.parent / "rabbitmqctl"

    async def control(self, *arguments: str) -> str:
        """Returns the text that rabbitmqctl prints."""
        chosen = json.loads(self._home.ports.read_bytes())
        names = ("broker", "broker.management", "broker.metrics", "broker.distribution", "broker.epmd")
        environment = node_environment(self._home.broker, NodePorts(*(chosen[name] for name in names)))
        del environment["RABBITMQ_DIST_PORT"]  # the node's own
        process = await asyncio.create_subprocess_exec(
            str(self._ctl), "-n", NODE_NAME, *arguments, env=environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        printed, _ = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 0, printed.decode()
        return printed.decode()

    @asynccontextmanager
    async def stopped(self) -> AsyncIterator[None]:
        """Frozen as by SIGSTOP, and going on at the end."""
        listening = [c.pid for c in psutil.net_connections("tcp") if c.laddr and c.laddr.port == self._port and c.pid]
        pids = {pid for pid in listening if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE and pid != os.getpid()}
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def private_node(folder: Path, configuration: str = "") -> AsyncIterator[Node]:
    """`configuration` is added to the node's own, as lines of rabbitmq.conf."""
    machine = Machine()
    server = machine.rabbitmq_server()
    if server is None:
        pytest.fail("there is no rabbitmq-server on this machine, and this test needs a node of its own")
    home = Home(folder)
    home.prepare()
    (home.broker / "conf.d").mkdir(exist_ok=True)
    (home.broker / "conf.d" / "further.conf").write_text(configuration)
    node = PrivateNode(home, machine)
    async with node:
        yield Node(home, node, server)
