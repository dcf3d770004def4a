"""A program to run."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from deploy.local.processes.health import Answer

HUNG_AFTER_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Program:
    """A command, how to tell that it serves, and how long to wait for it."""

    name: str
    description: str
    command: Sequence[str]
    port: int
    health: str
    """Address that answers once it serves: see `health.Prober`."""
    alive: str | Callable[[], Awaitable[Answer]] | None = None
    """Address, or a look of its own, that answers unless a new start is the only help; None: `health`."""
    environment: Mapping[str, str] | None = None
    """The whole environment; None: the same as ours."""
    container: str | None = None
    """The Docker container it stands for, which outlives it if it is killed."""
    patience: float = 60.0
    """Seconds from launch to serving, at the first start."""
    hung_after: float = HUNG_AFTER_SECONDS
    """Seconds without an answer from `alive` after which it is killed and started again."""
    grace: float = 7.0
    """Seconds from SIGTERM to SIGKILL."""
