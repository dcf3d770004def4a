"""Work that a service does by itself: again and again, by one replica at a time, until it is told to stop."""

import asyncio
from collections.abc import Awaitable, Callable
from random import SystemRandom
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)

LONGEST_BACK_OFF = 10.0  # seconds
SPREAD = 0.2
"""Part by which a rest is longer at random, so that many replicas do not ask the store at the same moments."""
LOOK_SECONDS, RENEWED_WITHIN_SECONDS = 0.5, 2.0
"""Time between looks whether a turn is still held while a step lasts, and for its renewal: a lease, which lasts 5 s and
is renewed after 2.5 s, has not run out by then."""


class TurnLost(Exception):
    """Another replica has the turn: the step in hand was cancelled."""


class Turn(Protocol):
    """A turn to do a job: a lease, or a test's replacement."""

    async def held(self) -> bool: ...

    async def release(self) -> None: ...


class Job:
    """Runs `step` until it says that nothing is left, then waits for `news` or for `every` seconds.

    `step` returns whether it did something, and is safe to run twice at once: a lease is a courtesy, not a lock. An
    error is logged and tried again with back-off.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], Awaitable[bool]],
        *,
        every: float,
        turn: Turn,
        news: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self.name = name
        self.step = step
        self._every = every
        self._turn = turn
        self._news = news or asyncio.Event().wait
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=self.name)

    async def stop(self, within: float = 5.0) -> None:
        """Finish the step in hand, or cut it off after `within` seconds; then let another replica take over."""
        self._stopping.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=within)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        errors = 0
        while not self._stopping.is_set():
            try:
                busy = await self._turn.held() and await self._step_in_turn()
                errors = 0
            except Exception as error:
                busy = False
                errors += 1
                log.warning("job failed", job=self.name, in_a_row=errors, exc_info=error)
            if not busy:
                await self._rest(min(self._every * 2**errors, LONGEST_BACK_OFF) if errors else self._every, errors)
        await self._turn.release()

    async def _step_in_turn(self) -> bool:
        """Cancels the step when the turn is lost, or cannot be renewed in time."""
        step = asyncio.ensure_future(self.step())
        try:
            while not (await asyncio.wait([step], timeout=LOOK_SECONDS))[0]:
                async with asyncio.timeout(RENEWED_WITHIN_SECONDS):
                    if not await self._turn.held():
                        raise TurnLost(f"another replica does {self.name}")
            return step.result()
        finally:
            step.cancel()
            await asyncio.wait([step])

    async def _rest(self, seconds: float, errors: int) -> None:
        waits: list[asyncio.Future[object]] = [asyncio.ensure_future(self._stopping.wait())]
        if not errors:
            waits.append(asyncio.ensure_future(self._news()))
        spread = SystemRandom().uniform(1, 1 + SPREAD)
        await asyncio.wait(waits, timeout=seconds * spread, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()


class Always:
    """The turn of a job that every replica does for itself."""

    async def held(self) -> bool:
        return True

    async def release(self) -> None:
        """Nothing was taken."""
