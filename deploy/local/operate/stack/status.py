"""A report about a stack: its recorded state, and its answers now."""

import asyncio
import re
from collections.abc import Mapping

from pydantic import BaseModel

from deploy.local.broker.trouble import broker_trouble
from deploy.local.processes.health import Prober
from deploy.local.stack.home import Home
from deploy.local.stack.state import Phase, ProcessState, StackState
from deploy.local.store.trouble import store_trouble

PROBE_SECONDS = 1.8
"""Nothing is waited for longer, so that the whole report is there within two seconds whatever hangs."""


class ProcessReport(BaseModel, frozen=True):
    """One process. `healthy`: it answers now and has no trouble. `pid` is None for a process that is not ours."""

    name: str
    description: str
    phase: Phase
    healthy: bool
    detail: str
    pid: int | None
    port: int | None
    restarts: int
    trouble: str | None = None
    """Trouble in words: why it does not answer, an alarm, or the parts that a service's own health names."""


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
    async with Prober(PROBE_SECONDS) as prober:
        alive = [process for process in state.processes.values() if process.phase is not Phase.STOPPED]
        processes = await asyncio.gather(*(_process(prober, process, state.urls) for process in alive))
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


async def _process(prober: Prober, process: ProcessState, urls: Mapping[str, str]) -> ProcessReport:
    answer, trouble = await asyncio.gather(prober.ask(process.health), _trouble(process.name, urls))
    found = answer.trouble or trouble or None
    return ProcessReport(
        name=process.name,
        description=process.description,
        phase=process.phase,
        healthy=answer.well and not found,
        detail=process.detail,
        pid=process.identity.pid if process.identity else None,
        port=process.port,
        restarts=process.restarts,
        trouble=without_password(found) if found else None,
    )


async def _trouble(name: str, urls: Mapping[str, str]) -> str:
    """Returns the trouble that a broker or a store has although it answers; an empty text where there is none."""
    if name == "broker" and (management := urls.get("management")):
        return await broker_trouble(management, urls["amqp"], PROBE_SECONDS)
    return await store_trouble(urls["mongo"], PROBE_SECONDS) if name == "store" and "mongo" in urls else ""


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
