"""Place of a backup: the broker and store that the environment names, or the local stack's own, started for it."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.operate.backup.backup import Place
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.keyring import read_keyring
from deploy.local.stack.lock import Lock
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.state import StackState

Work = Callable[[Place, Path], Awaitable[dict[str, int]]]


async def with_stack(work: Work, path: Path) -> dict[str, int]:
    """Does `work` on the stack's broker and store, which run for it alone. Raises `StackError` while the stack runs."""
    settings = LocalSettings()
    home = Home(settings.home)
    if StackState.read(home.state).running:
        raise StackError("The stack runs: `otm down` first, which keeps everything, and `otm up` afterwards")
    if not home.keyring.exists():
        raise StackError(f"There is no keyring in {home.folder}: put the one that belongs to the data there first")
    lock = Lock(home.lock)
    lock.acquire()
    try:
        async with Infrastructure(home, settings) as running:
            keys = list(read_keyring(home)["encryption"]["keys"])
            return await work(Place(running.amqp_url, running.mongo_url, keys), path)
    finally:
        lock.release()
