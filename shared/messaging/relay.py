"""Says what waits in the outbox, oldest first, and forgets it once the broker has confirmed."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from shared.errors import Unavailable
from shared.messaging.envelope import Envelope
from shared.messaging.metrics import BusMetrics
from shared.messaging.publishing import Publisher, Refused

ROWS_TOGETHER = 20
"""Rows taken together; each has what one commit says."""
IN_FLIGHT = 250
"""Events that wait for their confirms at the same time: few enough for the last one not to wait too long."""
ANSWER_SECONDS = 2.0
OVERDUE_EVERY = 1.0  # seconds between looks at rows that were set aside, each for a second or more
REMEMBERED = 1_000
"""Rows in hand, or said last, that this process remembers: far more than are read before they are forgotten."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of the outbox. `tries` counts those that the broker refused; `stored` is in nanoseconds since 1970."""

    id: str
    envelopes: tuple[Envelope, ...]
    tries: int = 0
    urgent: bool = False
    stored: int = 0


@dataclass(frozen=True, slots=True)
class Backlog:
    """The outbox at one moment: rows not yet said, those of them set aside, and when the oldest was stored."""

    rows: int
    aside: int
    oldest: datetime | None


class WaitingEvents(Protocol):
    """The outbox as the relay sees it."""

    def fresh(self) -> list[Waiting]: ...

    async def oldest(self, limit: int) -> list[Waiting]: ...

    async def overdue(self, limit: int) -> list[Waiting]: ...

    async def forget(self, said: Sequence[Waiting]) -> None: ...

    async def set_aside(self, row: Waiting, reason: str) -> None: ...


class Relay:
    """A crash between saying and forgetting says an event twice, with the same id: consumers know it again.

    A row that the broker refuses while it takes others, or that cannot be published, is set aside, and the rest
    overtakes it. What is urgent is said by the process that committed it, at once, without a question to the store;
    should that fail, it is there among the rows that wait.
    """

    def __init__(self, outbox: WaitingEvents, publisher: Publisher, metrics: BusMetrics) -> None:
        self._outbox = outbox
        self._publisher = publisher
        self._metrics = metrics
        self._in_hand: OrderedDict[str, None] = OrderedDict()
        self._next_overdue = 0.0

    async def urgent_step(self) -> bool:
        """Say what is urgent and was committed here just now. Raises `Unavailable` with it still in the outbox."""
        for row in self._outbox.fresh():
            await self._say([row])
        return False

    async def step(self) -> bool:
        """Say what waits. Returns whether there may be more. Raises `Unavailable` with it still in the outbox."""
        waiting = await self._outbox.oldest(ROWS_TOGETHER)
        for rows in _groups(waiting):
            await self._say(rows)
        if time.monotonic() >= self._next_overdue:
            for row in await self._outbox.overdue(ROWS_TOGETHER):
                await self._say([row])
            self._next_overdue = time.monotonic() + OVERDUE_EVERY
        return len(waiting) == ROWS_TOGETHER

    async def _say(self, waiting: Sequence[Waiting]) -> None:
        rows = [row for row in waiting if row.id not in self._in_hand]
        self._in_hand.update(dict.fromkeys(row.id for row in rows))
        said: list[str] = []
        try:
            said = await self._try(rows)
        finally:
            for row in rows:
                if row.id not in said:
                    self._in_hand.pop(row.id, None)
            while len(self._in_hand) > REMEMBERED:
                self._in_hand.popitem(last=False)

    async def _try(self, rows: Sequence[Waiting]) -> list[str]:
        """Returns the ids of the rows that were said."""
        errors = await self._errors(rows)
        said = [row for row in rows if row.id not in errors]
        if said:
            await self._outbox.forget(said)
            self._metrics.relayed.inc(sum(len(row.envelopes) for row in said))
        lost = [error for error in errors.values() if not isinstance(error, Refused)]
        if lost:
            # no answer: of the broker, or of a queue behind it that others do not wait for
            await self._publisher.answers(ANSWER_SECONDS)
        for row in rows:
            if row.id in errors:
                await self._set_aside(row, errors[row.id])
        return [row.id for row in said]

    async def _errors(self, rows: Sequence[Waiting]) -> dict[str, Unavailable]:
        """Publish all; the first error of each row that has one."""
        pairs = [(row.id, envelope) for row in rows for envelope in row.envelopes]
        errors: dict[str, Unavailable] = {}
        for start in range(0, len(pairs), IN_FLIGHT):
            # started in order on one channel, so they leave in order; the confirms may come back as they like
            together = pairs[start : start + IN_FLIGHT]
            results = await asyncio.gather(
                *(self._publisher.publish(envelope) for _, envelope in together), return_exceptions=True
            )
            for (row, _), result in zip(together, results, strict=True):
                if isinstance(result, Unavailable):
                    errors.setdefault(row, result)
                elif isinstance(result, Exception):  # no message can be made of it, and of the rest one can
                    errors.setdefault(row, Refused(f"it cannot be published: {type(result).__name__}"))
                elif isinstance(result, BaseException):
                    raise result
        return errors

    async def _set_aside(self, row: Waiting, error: Unavailable) -> None:
        types = sorted({envelope.type for envelope in row.envelopes})
        log.error(
            "events wait aside", types=types, event_ids=[envelope.id for envelope in row.envelopes[:5]],
            tries=row.tries + 1, reason=error.message,
        )  # fmt: skip
        await self._outbox.set_aside(row, error.message)


def _groups(rows: Sequence[Waiting]) -> Iterator[list[Waiting]]:
    """In order; as many small rows together as may be in flight, and a large one by itself."""
    group: list[Waiting] = []
    for row in rows:
        if group and sum(len(each.envelopes) for each in group) + len(row.envelopes) > IN_FLIGHT:
            yield group
            group = []
        group.append(row)
    if group:
        yield group
