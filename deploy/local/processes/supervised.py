"""A process that is started again when it ends unasked, or answers no more."""

import asyncio
import time
from pathlib import Path

from deploy.local.errors import StartError
from deploy.local.processes.backoff import Backoff
from deploy.local.processes.busy import stretched
from deploy.local.processes.component import Component
from deploy.local.processes.hang import until_hung
from deploy.local.processes.health import Prober
from deploy.local.processes.logs import tail
from deploy.local.processes.process import Process
from deploy.local.processes.program import Program
from deploy.local.stack.state import Phase, ProcessState, Watch, unwatched


class Supervised(Component):
    """Keeps one program running. Its first start must succeed; when it ends or hangs later, it is started again."""

    def __init__(self, program: Program, logs: Path, watch: Watch = unwatched) -> None:
        self.program = program
        self.log = logs / f"{program.name}.log"
        self.restarts = 0
        self._watch = watch
        self._process: Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._launched = self._served = 0.0
        self._trouble = ""

    @property
    def pid(self) -> int | None:
        """The process number while it runs."""
        return self._process.identity.pid if self._process and self._process.running else None

    async def wait_ready(self) -> None:
        """Returns when it serves (again)."""
        await self._ready.wait()

    async def kill(self) -> None:
        """SIGKILL, from which it is started again as from any crash."""
        self._ready.clear()
        if self._process:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> None:
        if self._keeper:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        if self._process:
            self._ready.clear()
            self._tell(Phase.STOPPING, "stopping")
            asked = time.monotonic()
            await self._process.stop(self.program.grace)
            self._process = self._keeper = None
            self._tell(Phase.STOPPED, f"stopped after {time.monotonic() - asked:.1f} s")

    async def _start(self) -> None:
        process, patience = await self._launch(), stretched(self.program.patience)
        try:
            async with asyncio.timeout(patience):
                await self._serves(process)
        except TimeoutError:
            last = f"; last: {self._trouble}" if self._trouble else ""
            raise self._failure(f"did not answer within {patience:.0f} s{last}") from None
        if not self._ready.is_set():
            raise self._failure(f"ended with code {await process.wait()} before it was ready")
        self._keeper = asyncio.create_task(self._keep(process))

    async def _keep(self, process: Process) -> None:
        backoff = Backoff()
        while True:
            ended = await self._until_lost(process)
            self._ready.clear()
            self.restarts += 1
            delay = backoff.after(time.monotonic() - self._served if self._served > self._launched else 0.0)
            self._tell(Phase.RESTARTING, f"{ended}; starts again in {delay:g} s")
            await asyncio.sleep(delay)
            process = await self._launch()

    async def _until_lost(self, process: Process) -> str:
        """Returns how the process was lost: it ended, or it hung and was killed with what it had started."""
        seconds = self.program.hung_after
        allowed = seconds if self._ready.is_set() else max(seconds, self.program.patience)
        end = asyncio.create_task(process.wait())
        hang = asyncio.create_task(until_hung(self.program, allowed))
        serving = asyncio.create_task(self._serves(process))
        try:
            await asyncio.wait({end, hang}, return_when=asyncio.FIRST_COMPLETED)
            if end.done():
                return f"ended with code {end.result()}"
            await process.stop(grace=0)
            return f"has not been well for {seconds:g} s ({hang.result()}) and was killed"
        finally:
            for task in (end, hang, serving):
                task.cancel()

    async def _launch(self) -> Process:
        self._launched = time.monotonic()
        self._process = await Process.spawn(self.program.command, self.log, self.program.environment)
        self._tell(Phase.STARTING, f"starting {self.program.description}")
        return self._process

    async def _serves(self, process: Process) -> None:
        """Returns when it answers, or has ended."""
        async with Prober() as prober:
            while process.running and not self._ready.is_set():
                answer = await prober.ask(self.program.health)
                if answer.well:
                    self._served = time.monotonic()
                    self._ready.set()
                    self._tell(Phase.READY, f"ready after {self._served - self._launched:.1f} s")
                    return
                self._trouble = answer.trouble
                await asyncio.sleep(0.1)

    def _failure(self, reason: str) -> StartError:
        return StartError(self.program.name, reason, self.log, tail(self.log, 15))

    def _tell(self, phase: Phase, detail: str) -> None:
        program = self.program
        self._watch(
            ProcessState(
                name=program.name,
                phase=phase,
                detail=detail,
                description=program.description,
                health=program.health,
                port=program.port,
                identity=self._process.identity if self._process else None,
                restarts=self.restarts,
                container=program.container,
            )
        )
