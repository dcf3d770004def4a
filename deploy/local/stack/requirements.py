"""Demands of a stack on the machine, looked at before anything is started."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.local.broker.demand import limit_needed
from deploy.local.errors import MissingError, StackError
from deploy.local.processes.descriptors import hard_limit
from deploy.local.stack.home import Home
from deploy.local.stack.machine import Machine
from deploy.local.stack.ports import Ports
from deploy.local.stack.settings import LocalSettings

MIB = 1024 * 1024
DISK_MIB = 300
"""Journals of broker and store, logs, and the 50 MiB below which RabbitMQ blocks its publishers."""
SERVICE_MIB, BROKER_MIB, STORE_MIB = 130, 200, 100
SERVICES = 4
CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Offer:
    """The machine's free room: descriptors per process, and MiB on the disk of the stack's folder and in memory."""

    descriptors: int
    disk_mib: int
    memory_mib: int

    @classmethod
    def of(cls, home: Home) -> "Offer":
        return cls(hard_limit(), psutil.disk_usage(str(home.folder)).free // MIB, _memory() // MIB)


def expect_room(home: Home, settings: LocalSettings, replicas: int, offer: Offer | None = None) -> None:
    """Raises `MissingError` with all that is missing and how to give it. The folder must be there already."""
    if missing := list(_missing(home, settings, replicas, offer or Offer.of(home))):
        raise MissingError("Nothing was started:\n" + "\n".join(f"  - {line}" for line in missing))


def _missing(home: Home, settings: LocalSettings, replicas: int, offer: Offer) -> Iterator[str]:
    own_node = settings.amqp_url is None and settings.broker != "docker" and Machine().rabbitmq_server() is not None
    if own_node and offer.descriptors < limit_needed():
        yield (
            f"file descriptors: a private RabbitMQ node needs {limit_needed():,}, and the hard limit here is "
            f"{offer.descriptors:,}. Raise it (as root `ulimit -Hn 65536` in this shell, `nofile` in "
            "/etc/security/limits.conf, --ulimit nofile=65536 for a container), or name a broker by OTM_AMQP_URL"
        )
    if offer.disk_mib < DISK_MIB:
        yield (
            f"disk space: {DISK_MIB:,} MiB are needed in {home.folder}, and {offer.disk_mib:,} MiB are free. "
            "Make room, or let OTM_HOME name a folder on another disk"
        )
    memory = replicas * SERVICES * SERVICE_MIB + BROKER_MIB * (settings.amqp_url is None)
    memory += STORE_MIB * (settings.mongo_url is None)
    if offer.memory_mib < memory:
        yield (
            f"memory: about {memory:,} MiB are needed for {replicas} of each service, and {offer.memory_mib:,} MiB are "
            "available. Stop something else, or give the machine or the container more"
        )
    try:
        Ports(home.ports).get("planner")
    except (OSError, StackError) as error:
        yield f"ports: {error}"


def _memory() -> int:
    """Returns the available bytes, of the machine or of the control group that a container is in."""
    available = psutil.virtual_memory().available
    try:
        limit = (CGROUP / "memory.max").read_text().strip()
        used = int((CGROUP / "memory.current").read_text())
    except (OSError, ValueError):
        return available
    return available if limit == "max" else min(available, int(limit) - used)
