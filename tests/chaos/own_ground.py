"""A broker and a store that nobody else uses, on a disk that can be made full where the machine lets one be mounted."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.broker.node import PrivateNode
from deploy.local.errors import StackError
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.machine import Machine
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.state import ProcessState
from tests.support.ground import Ground
from tests.support.private_node import Node

DISK_BYTES = 4 << 30
ROOM_BYTES = 256 << 10
"""Room on a disk that is called full: less than any of the programs writes at a time."""
HUNG_AFTER_SECONDS = 10.0


class Disk:
    """A disk in memory, of `DISK_BYTES` at most, that takes up no more than what is on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def full(self) -> Iterator[None]:
        self._resize(shutil.disk_usage(self.folder).used + ROOM_BYTES)
        try:
            yield
        finally:
            self._resize(DISK_BYTES)

    def mounted(self) -> bool:
        return _run("mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(self.folder))

    def unmount(self) -> None:
        _run("umount", "--lazy", str(self.folder))

    def _resize(self, size: int) -> None:
        if not _run("mount", "-o", f"remount,size={size}", str(self.folder)):
            raise StackError(f"the disk {self.folder} cannot be made {size:,} bytes large")


@dataclass
class OwnGround:
    """`disk` is None where this machine lets none be mounted."""

    infrastructure: Infrastructure
    node: Node
    disk: Disk | None
    pids: dict[str, int]
    """The process that runs now, by its name: `broker` and `store`."""

    @property
    def ground(self) -> Ground:
        found = self.infrastructure
        return Ground(found.amqp_url, found.management_url or "", found.mongo_url, found.broker)

    def signal(self, name: str, number: int) -> None:
        """A signal to the process of the `broker` or the `store`, of which the supervisor is told nothing."""
        os.kill(self.pids[name], number)


@asynccontextmanager
async def own_ground(folder: Path) -> AsyncIterator[OwnGround]:
    """Raises `NoWayError` where there is no RabbitMQ node to be had on this machine."""
    with _disk(folder) as disk:
        home, machine, pids = Home(folder / "ground"), Machine(), dict[str, int]()

        def note(process: ProcessState) -> None:
            if process.identity:
                pids[process.name] = process.identity.pid

        ours = {"amqp_url": None, "management_url": None, "mongo_url": None, "broker": "node"}
        settings = LocalSettings.model_validate(ours | {"hung_after": HUNG_AFTER_SECONDS})
        async with Infrastructure(home, settings, note) as infrastructure:
            server, broker = machine.rabbitmq_server(), infrastructure.broker
            assert server
            assert isinstance(broker, PrivateNode)
            yield OwnGround(infrastructure, Node(home, broker, server), disk, pids)


@contextmanager
def _disk(folder: Path) -> Iterator[Disk | None]:
    disk = Disk(folder)
    if not disk.mounted():
        yield None
        return
    try:
        yield disk
    finally:
        disk.unmount()


def _run(*command: str) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0
