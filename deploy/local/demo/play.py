"""The demo from an empty folder to the closing table."""

import shutil
from collections.abc import Sequence

from rich.console import Console

from deploy.local.demo.display import LiveDisplay
from deploy.local.demo.figures import Outcome
from deploy.local.demo.journey import Journey
from deploy.local.operate.stack.down import bring_down
from deploy.local.operate.stack.up import start_detached
from deploy.local.stack.home import Home
from deploy.local.stack.state import StackState


async def play(home: Home, population: Sequence[bytes], keep: bool, console: Console) -> Outcome:
    """Starts a stack in `home`, which is emptied first, and plays; stops it afterwards unless it is to be kept."""
    await bring_down(home)
    shutil.rmtree(home.folder, ignore_errors=True)
    display = LiveDisplay(console)
    try:
        await start_detached(home, 1, console)
        return await Journey(home, StackState.read(home.state).urls, population, display).play()
    finally:
        display.stop()
        if not keep:
            await bring_down(home)
