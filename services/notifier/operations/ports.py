"""Ports of operations."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from services.notifier.operations.state import DeadGroup, Figures, LoopState, QueueState, Replay

Told = Callable[[Sequence[str]], Awaitable[None]]
"""Is told of the ids of events that were put back."""


class Broker(Protocol):
    """The broker as operators may use it. Each method raises `Unavailable` where it cannot be asked."""

    async def figures(self) -> Figures: ...

    async def dead(self, queues: Sequence[QueueState]) -> tuple[list[DeadGroup], bool]:
        """Returns the dead letters by group, and whether there are more than were looked at."""
        ...

    async def replay(self, order: Replay, told: Told) -> bool:
        """Puts the letters of an order back. False, with nothing done, while another replay of them is under way.
        Raises `Conflict` where a queue that they go to is not there."""
        ...


class Loop(Protocol):
    async def states(self) -> list[LoopState]:
        """Returns the campaigns that run, in the order of their references."""
        ...


class Orders(Protocol):
    async def add(self, order: Replay) -> Replay:
        """Keeps an order, once for its id. Returns it as it is kept."""
        ...

    async def next(self) -> Replay | None:
        """Returns the oldest order that is not done."""
        ...

    async def note(self, order: str, put_back: int) -> None: ...

    async def end(self, order: str, why_failed: str = "") -> None: ...

    async def latest(self) -> list[Replay]:
        """Returns the latest orders, the newest first."""
        ...
