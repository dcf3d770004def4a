"""Stopping a stack that another process supervises."""

from contextlib import suppress

import psutil

from deploy.local.processes.family import terminate
from deploy.local.stack.home import Home
from deploy.local.stack.leftovers import sweep
from deploy.local.stack.lock import Lock
from deploy.local.stack.state import Phase, StackState

# A supervisor stops everything within 15 s.
PATIENCE = 20.0


async def bring_down(home: Home) -> bool:
    """Stops the stack. Returns, when nothing runs any more, whether anything did."""
    if not home.state.exists():
        return False
    supervisor = _supervisor(home)
    if supervisor:
        with suppress(psutil.NoSuchProcess):
            supervisor.terminate()
        await terminate([supervisor], PATIENCE)
    lock = Lock(home.lock)
    lock.acquire()
    try:
        left = StackState.read(home.state)
        await sweep(left)
        StackState(failure=left.failure).write(home.state)
    finally:
        lock.release()
    return supervisor is not None or left.phase is not Phase.STOPPED


def _supervisor(home: Home) -> psutil.Process | None:
    identity = StackState.read(home.state).supervisor
    return identity.process() if identity else None
