"""A report about a stack: its recorded state, and its answers now."""

import asyncio
import re

from pydantic import BaseModel

from deploy.local.processes.health import Prober
from deploy.local.stack.home import Home
from deploy.local.stack.state import Phase, ProcessState, StackState


class ProcessReport(BaseModel, frozen=True):
    """One process. `healthy`: it answers now. `pid` is None for what is not ours."""

    name: str
    description: str
    phase: Phase
    healthy: bool
    detail: str
    pid: int | None
    port: int | None
    restarts: int


class StackReport(BaseModel, frozen=True):
    """The stack. `healthy`: it is ready and every process answers now. No URL in it shows a password."""

    home: str
    phase: Phase
    healthy: bool
    supervisor: int | None
    urls: dict[str, str]
    processes: list[ProcessReport]
    failure: str | None


async def report(home: Home) -> StackReport:
    state = StackState.read(home.state)
    if not state.running:
        return _not_running(home, state)
    async with Prober() as prober:
        alive = [process for process in state.processes.values() if process.phase is not Phase.STOPPED]
        processes = await asyncio.gather(*(_process(prober, process) for process in alive))
    return StackReport(
        home=str(home.folder),
        phase=state.phase,
        healthy=state.phase is Phase.READY and all(process.healthy for process in processes),
        supervisor=state.supervisor.pid if state.supervisor else None,
        urls={name: without_password(url) for name, url in state.urls.items()},
        processes=list(processes),
        failure=state.failure,
    )


def without_password(url: str) -> str:
    return re.sub(r"(?<=://)([^:/@]*):[^@/]*@", r"\1:***@", url)


async def _process(prober: Prober, process: ProcessState) -> ProcessReport:
    return ProcessReport(
        name=process.name,
        description=process.description,
        phase=process.phase,
        healthy=await prober.answers(process.health),
        detail=process.detail,
        pid=process.identity.pid if process.identity else None,
        port=process.port,
        restarts=process.restarts,
    )


def _not_running(home: Home, state: StackState) -> StackReport:
    return StackReport(
        home=str(home.folder),
        phase=Phase.STOPPED,
        healthy=False,
        supervisor=None,
        urls={},
        processes=[],
        failure=state.failure,
    )
