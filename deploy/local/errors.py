"""Errors on one machine. The text of each says what to do about it."""

from collections.abc import Sequence
from pathlib import Path


class StackError(Exception):
    """The root of them: something a person can act on."""


class NoWayError(StackError):
    """None of the ways to get a broker or a store applies here."""


class MissingError(StackError):
    """Something that a stack needs is missing on the machine. The text names all of it."""


class AlreadyRunningError(StackError):
    """Another supervisor holds this stack's folder."""


class StartError(StackError):
    """A process did not come to serve. Carries the end of its log."""

    def __init__(self, name: str, reason: str, log: Path | None = None, lines: Sequence[str] = ()) -> None:
        self.name = name
        excerpt = "".join(f"\n  {line}" for line in lines)
        super().__init__(f"{name} {reason}" + (f"; the end of {log}:{excerpt}" if log else ""))

    def beside(self, log: Path, lines: Sequence[str]) -> "StartError":
        """Returns the same error with another process's words, where those may hold the cause."""
        excerpt = "".join(f"\n  {line}" for line in lines)
        self.args = (f"{self}\nErrors in {log}:{excerpt}",) if lines else self.args
        return self
