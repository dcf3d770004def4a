"""Errors on one machine. The text of each says what to do about it."""

from collections.abc import Sequence
from pathlib import Path


class StackError(Exception):
    """The root of them: something a person can act on."""


class NoWayError(StackError):
    """None of the ways to get a broker or a store applies here."""


class AlreadyRunningError(StackError):
    """Another supervisor holds this stack's folder."""


class StartError(StackError):
    """A process did not come to serve. Carries the end of its log."""

    def __init__(self, name: str, reason: str, log: Path | None = None, lines: Sequence[str] = ()) -> None:
        self.name = name
        excerpt = "".join(f"\n  {line}" for line in lines)
        super().__init__(f"{name} {reason}" + (f"; the end of {log}:{excerpt}" if log else ""))
