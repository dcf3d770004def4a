"""One child process."""

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from deploy.local.processes.descriptors import raise_soft_limit
from deploy.local.processes.family import descendants, terminate
from deploy.local.processes.identity import Identity
from deploy.local.processes.logs import open_log


class Process:
    """A running command in a session of its own (so that Ctrl-C in the terminal is not for it), its output in a log."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self._child = child
        self.identity = Identity.of(child.pid)

    @classmethod
    async def spawn(cls, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> Self:
        raise_soft_limit()
        with open_log(log) as output:
            child = await asyncio.create_subprocess_exec(
                *_tied_to_us(command),
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return cls(child)

    @property
    def running(self) -> bool:
        return self._child.returncode is None

    async def wait(self) -> int:
        """Its exit code, when it has ended; negative: the signal that ended it."""
        return await self._child.wait()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._child.kill()

    async def stop(self, grace: float) -> None:
        """SIGTERM, then SIGKILL after `grace` seconds; then whatever it had started itself."""
        below = descendants(self.identity.pid) if self.running else []
        with suppress(ProcessLookupError):
            self._child.terminate()
        try:
            async with asyncio.timeout(grace):
                await self.wait()
        except TimeoutError:
            self.kill()
            await self.wait()
        await terminate(below, patience=0.25)


def _tied_to_us(command: Sequence[str]) -> list[str]:
    """On Linux the kernel kills the child when we die, however that happens.

    "We" is the thread that starts it, for the kernel: the event loop's, which is the main thread.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--", *command] if setpriv else list(command)
