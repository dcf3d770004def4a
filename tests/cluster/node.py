"""One node of a RabbitMQ cluster, in a container of its own."""

import asyncio
import os
import subprocess
from pathlib import Path
from typing import Any

from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network

USER = "guest"
IMAGE = os.environ.get("OTM_RABBITMQ_IMAGE", "rabbitmq:4-management")
COOKIE = "nodes-of-a-test"
RUNNING = "check_running"


class Node:
    """A container that can be killed, stopped, started, starved of memory, and cut off from the other nodes.

    `name` is its host name too; `folder` holds its configuration.
    """

    def __init__(self, name: str, network: Network, folder: Path) -> None:
        self.name = name
        cookie = f"-setcookie {COOKIE}"
        container = DockerContainer(IMAGE, hostname=name).with_network(network).with_network_aliases(name)
        container = container.with_env("RABBITMQ_NODENAME", f"rabbit@{name}")
        container = container.with_env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", cookie)
        container = container.with_env("RABBITMQ_CTL_ERL_ARGS", cookie)
        self._container = container.with_volume_mapping(str(folder), "/etc/rabbitmq/conf.d", "ro")

    async def create(self) -> None:
        await asyncio.to_thread(self._container.start)

    async def remove(self) -> None:
        await asyncio.to_thread(self._container.stop)

    async def kill(self) -> None:
        """SIGKILL, as where the machine loses its power."""
        await asyncio.to_thread(self._wrapped.kill)

    async def stop(self) -> None:
        """Asked to stop, as a roll-out does."""
        await self.says("rabbitmqctl", "shutdown")
        await asyncio.to_thread(self._wrapped.wait, timeout=60)

    async def start(self) -> None:
        """Returns when the node takes part again."""
        await asyncio.to_thread(self._wrapped.start)
        await self.until(RUNNING)

    async def until(self, diagnosis: str, within: float = 120) -> None:
        """Returns when `rabbitmq-diagnostics` says yes; raises TimeoutError after that many seconds."""
        async with asyncio.timeout(within):
            while not await self.says("rabbitmq-diagnostics", "--quiet", diagnosis):
                await asyncio.sleep(0.5)

    async def says(self, *command: str) -> bool:
        """Runs a command on the node; tells whether it ended well."""
        answer = await asyncio.to_thread(self._wrapped.exec_run, list(command))
        return bool(answer.exit_code == 0)

    async def address(self) -> str:
        """Returns its IP address, an empty text while it does not run: a node that starts again may have another."""

        def look() -> str:
            self._wrapped.reload()
            (network,) = self._wrapped.attrs["NetworkSettings"]["Networks"].values()
            return str(network["IPAddress"])

        return await asyncio.to_thread(look)

    async def cut_off_from(self, addresses: list[str], cut: bool = True) -> None:
        """Drops what other nodes send and what is sent to them, in the node's own network. Clients reach it still."""
        process, how = self._wrapped.attrs["State"]["Pid"], "-I" if cut else "-D"
        for address in addresses:
            for chain, side in (("INPUT", "-s"), ("OUTPUT", "-d")):
                rule = ["nsenter", "-t", str(process), "-n", "iptables", how, chain, side, address, "-j", "DROP"]
                await asyncio.to_thread(subprocess.run, rule, check=True, capture_output=True)

    @property
    def _wrapped(self) -> Any:
        return self._container.get_wrapped_container()
