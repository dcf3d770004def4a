"""Starting a supervisor in the background."""

import asyncio
import os
import subprocess
import sys
from typing import BinaryIO

from rich.console import Console

from deploy.local.errors import StackError
from deploy.local.processes.logs import open_log
from deploy.local.stack.home import Home
from deploy.local.stack.state import Phase, StackState


async def start_detached(home: Home, replicas: int, console: Console) -> None:
    """Returns when the stack is ready, also if another command started it; StackError if it does not get there.

    What the supervisor says goes to its log, and is repeated here meanwhile.
    """
    home.prepare()
    log = home.logs / "supervisor.log"
    with open_log(log) as output, log.open(encoding="utf-8", errors="replace") as narration:
        narration.seek(0, os.SEEK_END)
        supervisor = None if StackState.read(home.state).running else _launch(home, replicas, output)
        if supervisor is None:
            console.print(f"A stack runs already in {home.folder}", highlight=False, soft_wrap=True)
        try:
            while not _is_ready(home, supervisor):
                console.out(narration.read(), end="")
                await asyncio.sleep(0.1)
        finally:
            console.out(narration.read(), end="")


def _launch(home: Home, replicas: int, output: BinaryIO) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.local", "up", "--replicas", str(replicas)],
        env={**os.environ, "OTM_HOME": str(home.folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=output,
        start_new_session=True,
    )


def _is_ready(home: Home, supervisor: subprocess.Popen[bytes] | None) -> bool:
    state = StackState.read(home.state)
    if state.running:
        return state.phase is Phase.READY
    if supervisor is None or supervisor.poll() is not None:
        raise StackError("The stack did not become ready. `otm logs supervisor` has the whole story")
    return False
