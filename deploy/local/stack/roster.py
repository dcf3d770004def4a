"""The state of a running stack, kept in its file."""

import os
from contextlib import suppress
from pathlib import Path

from deploy.local.processes.identity import Identity
from deploy.local.stack.state import Phase, ProcessState, StackState


class Roster:
    """Writes the whole state at every change. Only the supervisor that holds the lock has one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state = StackState()

    def begin(self) -> None:
        """We are the supervisor from now on."""
        self._state = StackState(phase=Phase.STARTING, supervisor=Identity.of(os.getpid()))
        self._state.write(self._path)

    def move(self, phase: Phase) -> None:
        self._change(phase=phase)

    def end(self) -> None:
        """We are its supervisor no more, and whatever this process does now is no matter of the stack's."""
        self._change(phase=Phase.STOPPED, supervisor=None)

    def fail(self, reason: str) -> None:
        self._change(failure=reason)

    def locate(self, urls: dict[str, str]) -> None:
        self._change(urls=urls)

    def note(self, process: ProcessState) -> None:
        self._change(processes=self._state.processes | {process.name: process})

    def _change(self, **changes: object) -> None:
        self._state = self._state.model_copy(update=changes)
        with suppress(OSError):  # a full disk must not keep a stack from being stopped
            self._state.write(self._path)
