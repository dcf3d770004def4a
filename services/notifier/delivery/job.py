"""Delivery as a job: it stops when what every lane has in hand is done."""

from collections.abc import Awaitable, Callable

from services.notifier.delivery.delivery import Delivery
from shared.running.jobs import Job, Turn


class DeliveryJob(Job):
    def __init__(self, delivery: Delivery, *, every: float, turn: Turn, news: Callable[[], Awaitable[object]]) -> None:
        super().__init__("delivery", delivery.step, every=every, turn=turn, news=news)
        self._delivery = delivery

    async def stop(self, within: float = 5.0) -> None:
        """Starts no new lanes, then waits for those at work."""
        await super().stop(within)
        await self._delivery.finish(within)
