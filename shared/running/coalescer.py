"""Many small commits made into few: each caller waits for the commit of the batch that its item is in."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Coalescer(Generic[T, R]):
    """Commits up to `at_most` items together, or what has come within `within` seconds.

    `commit` gives one result for each item, in order. When a batch fails, its items are committed one by one, so that
    one bad item fails alone; all at the same time, so that with the store away nobody waits for the others to fail.
    """

    def __init__(
        self, commit: Callable[[Sequence[T]], Awaitable[Sequence[R]]], at_most: int = 100, within: float = 0.02
    ) -> None:
        self._commit = commit
        self._at_most = at_most
        self._within = within
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._flushes: set[asyncio.Task[None]] = set()

    async def add(self, item: T) -> R:
        """Returns the commit's result for this item once it is committed; raises the commit's error."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[R] = loop.create_future()
        self._waiting.append((item, done))
        if len(self._waiting) >= self._at_most:
            self._flush()
        elif self._timer is None:
            self._timer = loop.call_later(self._within, self._flush)
        return await done

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch, self._waiting = self._waiting, []
        if batch:
            flush = asyncio.create_task(self._commit_batch(batch))
            self._flushes.add(flush)
            flush.add_done_callback(self._flushes.discard)

    async def _commit_batch(self, batch: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._commit([item for item, _ in batch])
        except Exception as error:
            if len(batch) > 1:
                await asyncio.gather(*(self._commit_batch([one]) for one in batch))
            elif not batch[0][1].done():
                batch[0][1].set_exception(error)
            return
        for (_, done), result in zip(batch, results, strict=True):
            if not done.done():  # else its caller has gone
                done.set_result(result)
