"""A program to run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Program:
    """A command, how to tell that it serves, and how long to wait for it."""

    name: str
    description: str
    command: Sequence[str]
    port: int
    health: str
    """`http://…` that answers 200, or `tcp://host:port` that accepts a connection, once it serves."""
    environment: Mapping[str, str] | None = None
    """The whole environment; None: the same as ours."""
    container: str | None = None
    """The Docker container it stands for, which outlives it if it is killed."""
    patience: float = 60.0
    """Seconds from launch to serving, at the first start."""
    grace: float = 7.0
    """Seconds from SIGTERM to SIGKILL."""
