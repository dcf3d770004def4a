"""The feed of the state: asked of the broker once for all who watch, and only while somebody watches."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

from services.notifier.operations.ports import Broker, Loop, Orders
from services.notifier.operations.state import DeadGroup, OperationsState, QueueState
from shared.clock import Clock
from shared.errors import Unavailable

FRESH_SECONDS = 2.0
"""A state is shown to everybody who asks for so long."""
GROUPED_SECONDS = 20.0
"""Between looks through the dead letters while their number stays."""
BEAT_SECONDS = 15.0
"""Without a change, somebody who follows is told so often that the line holds, and how old what waits is by now."""


class Feed:
    """`clock` goes by real time: what is shown is of the machinery."""

    def __init__(self, broker: Broker, loop: Loop, orders: Orders, clock: Clock) -> None:
        self._broker, self._loop, self._orders, self._clock = broker, loop, orders, clock
        self._state: OperationsState | None = None
        self._until = 0.0
        self._one_at_a_time = asyncio.Lock()
        self._groups: tuple[list[DeadGroup], bool] = ([], False)
        self._grouped: tuple[list[QueueState], float] | None = None

    async def now(self) -> OperationsState:
        """Returns the state, at most two seconds old. Where the broker cannot be asked it says so."""
        async with self._one_at_a_time:
            if self._state is None or time.monotonic() >= self._until:
                self._state = await self._look()
                self._until = time.monotonic() + FRESH_SECONDS
            return self._state

    async def follow(self, seconds: float) -> AsyncIterator[OperationsState | None]:
        """Yields the state and then each change, for so long. Where nothing has changed for a while, None, or what
        waits anew with its age."""
        until, shown, said_at = time.monotonic() + seconds, None, 0.0
        while time.monotonic() < until:
            state = await self.now()
            changed = shown is None or state.same != shown.same
            if changed or time.monotonic() - said_at >= BEAT_SECONDS:
                yield state if changed or state.waiting or state.troubled else None
                shown, said_at = state, time.monotonic()
            await asyncio.sleep(FRESH_SECONDS)

    async def _look(self) -> OperationsState:
        loop, replays = await asyncio.gather(self._loop.states(), self._orders.latest())
        own = {"at": self._clock.now(), "loop": loop, "replays": replays}
        try:
            figures = await self._broker.figures()
            groups, more = await self._dead(figures.queues)
        except Unavailable as error:
            return OperationsState.model_validate({**own, "broker": error.message})
        return OperationsState.model_validate({**own, **dict(figures), "dead": groups, "more_dead": more})

    async def _dead(self, queues: Sequence[QueueState]) -> tuple[list[DeadGroup], bool]:
        """Looks through them anew when their number has changed, and once in a while."""
        left_over = [queue.same for queue in queues if queue.left_over]
        if self._grouped is None or self._grouped[0] != left_over or time.monotonic() >= self._grouped[1]:
            self._groups = await self._broker.dead(left_over)
            self._grouped = (left_over, time.monotonic() + GROUPED_SECONDS)
        return self._groups
