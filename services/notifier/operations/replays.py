"""Replays that operators have ordered: done by one replica, and finished by another where that one dies."""

from collections.abc import Sequence

from services.notifier.operations.ports import Broker, Orders
from services.notifier.operations.state import Replay
from shared.clock import Clock
from shared.errors import Conflict
from shared.trail import AuditTrail


class Replays:
    """Orders and their work. The audit trail has who ordered what, and each event that was put back."""

    def __init__(self, broker: Broker, orders: Orders, audit: AuditTrail, clock: Clock) -> None:
        self._broker, self._orders, self._audit, self._clock = broker, orders, audit, clock

    async def order(self, wanted: Replay) -> Replay:
        """Keeps an order; one that is sent twice under its id is one."""
        kept = await self._orders.add(wanted)
        await self._note(kept, "dead-letters.replay-ordered", {"rate": kept.rate})
        return kept

    async def step(self) -> bool:
        """Does the oldest order. Returns whether there may be more to do."""
        order = await self._orders.next()
        if order is None:
            return False

        async def told(events: Sequence[str]) -> None:
            await self._note(order, "dead-letters.replayed", {"events": list(events)})
            await self._orders.note(order.id, len(events))

        try:
            done = await self._broker.replay(order, told)
        except Conflict as error:
            await self._orders.end(order.id, error.message)
            return True
        if done:
            await self._orders.end(order.id)
        return done

    async def _note(self, order: Replay, what: str, further: dict[str, object]) -> None:
        facts = {"run": order.id, "queue": order.queue, "cause": order.cause, "campaign": order.campaign}
        await self._audit.append(self._clock.now(), order.by, what, {**facts, **further})
