"""The state of a running stack, as `otm status` and `otm down` find it."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel

from deploy.local.processes.identity import Identity
from deploy.local.stack.files import write_whole


class Phase(StrEnum):
    """The place of a process, or of the stack as a whole, in its life."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    STOPPING = "stopping"
    STOPPED = "stopped"


class ProcessState(BaseModel, frozen=True):
    """One process. `identity` is None for what is not ours to start, such as a broker that was given."""

    name: str
    phase: Phase
    detail: str
    description: str
    health: str
    port: int | None = None
    identity: Identity | None = None
    restarts: int = 0
    container: str | None = None


class StackState(BaseModel, frozen=True):
    """The whole stack. `failure` is why the last start failed, if it did."""

    phase: Phase = Phase.STOPPED
    supervisor: Identity | None = None
    urls: dict[str, str] = {}
    processes: dict[str, ProcessState] = {}
    failure: str | None = None

    @classmethod
    def read(cls, path: Path) -> "StackState":
        return cls.model_validate_json(path.read_bytes()) if path.exists() else cls()

    def write(self, path: Path) -> None:
        write_whole(path, self.model_dump_json(indent=2).encode())

    @property
    def running(self) -> bool:
        """Tells whether the supervisor that wrote this is alive."""
        return self.supervisor is not None and self.supervisor.process() is not None


Watch = Callable[[ProcessState], None]
"""Is told of every change in the life of a process."""


def unwatched(_: ProcessState) -> None:
    """Tells nobody."""


def given(name: str, setting: str, scheme: str, host: str, port: int) -> ProcessState:
    """Returns the state of a process that is not ours, once it has answered."""
    return ProcessState(
        name=name,
        phase=Phase.READY,
        detail=f"given by {setting}",
        description="somebody else's",
        health=f"{scheme}://{host}:{port}",
        port=port,
    )
