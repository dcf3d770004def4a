"""Remains of a supervisor that was killed."""

from contextlib import suppress

import psutil

from deploy.local.broker.docker import remove_container
from deploy.local.processes.family import descendants, terminate
from deploy.local.stack.state import StackState

PATIENCE = 7.0
"""Seconds from SIGTERM to SIGKILL; RabbitMQ needs 6 of them."""


async def sweep(state: StackState) -> None:
    """Stops what is left of that stack, never a process that merely has the number of one that was.

    On Linux the kernel has ended the processes with their supervisor; elsewhere, and for containers, it is done here.
    """
    recorded = [process.identity.process() for process in state.processes.values() if process.identity]
    left = [process for process in recorded if process]
    families = [*left, *(below for process in left for below in descendants(process.pid))]
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    await terminate(families, PATIENCE)
    for container in {process.container for process in state.processes.values() if process.container}:
        await remove_container(container)
