"""Anything that is started and stopped."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any, Self


class Component(ABC):
    """A component of the stack. A start that fails, or is cancelled half way, leaves nothing of it running."""

    async def start(self) -> None:
        """Returns when it serves."""
        try:
            await self._start()
        except BaseException:
            await to_the_end(self.stop())
            raise

    @abstractmethod
    async def _start(self) -> None: ...

    @abstractmethod
    async def stop(self) -> None:
        """Returns when nothing of it runs. Harmless when it was never started, or stopped before."""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *raised: object) -> None:
        await to_the_end(self.stop())


async def together(*work: Coroutine[Any, Any, None]) -> None:
    """Runs several coroutines at once. The first to fail cancels the others and is raised as it was."""
    try:
        async with asyncio.TaskGroup() as group:
            for each in work:
                group.create_task(each)
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def to_the_end(work: Coroutine[Any, Any, object]) -> None:
    """Runs the coroutine to its end, also if cancelled meanwhile: half a stop would leave processes behind."""
    task, cancelled = asyncio.create_task(work), False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
    task.result()
    if cancelled:
        raise asyncio.CancelledError
