"""Dead letters brought back or discarded: a frozen set, shown before anything happens, and noted in the audit trail."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Thread
from typing import Protocol
from uuid import uuid4

from deploy.local.operate.dead_letters.place import choice, connected, holder, user
from deploy.local.operate.protection.operators import note
from shared.messaging.dead_letters.choice import Choice, Tally
from shared.messaging.dead_letters.frozen import Frozen, frozen
from shared.messaging.dead_letters.letter import DeadLetter
from shared.messaging.topology import UNROUTED

IDS_TOGETHER = 500
"""Event ids in one entry of the audit trail."""
Confirm = Callable[[Tally], bool]


class Work(Protocol):
    async def __call__(self, chosen: Frozen, done: "Noted") -> None: ...


async def replay(
    queue: str, cause: str, campaign: str, rate: float, confirm: Confirm, progress: Callable[[int], None]
) -> int:
    """Puts letters back in their queue at `rate` a second, if `confirm` agrees to what was found. Returns how many.

    Each keeps its event id, so that doing it twice has one effect. Where this process dies, those not done are among
    the dead letters again, and the same call does the rest.
    """

    async def work(chosen: Frozen, done: Noted) -> None:
        await chosen.replay(rate, done, user())

    return await _acted("replay", choice(queue, cause, campaign), confirm, progress, work)


async def discard(queue: str, cause: str, campaign: str, confirm: Confirm, progress: Callable[[int], None]) -> int:
    """Takes letters away for good, if `confirm` agrees to what was found. Returns how many."""

    async def work(chosen: Frozen, done: Noted) -> None:
        await chosen.discard(done)
        await done.written()

    return await _acted("discard", choice(queue, cause, campaign), confirm, progress, work)


class Noted:
    """Event ids as they are dealt with, noted in the audit trail some hundred at a time."""

    def __init__(self, action: str, run: str, choice: Choice, progress: Callable[[int], None]) -> None:
        self.count = 0
        self._what = f"dead-letters.{action}ed"
        self._facts = {"run": run, **choice.described}
        self._progress = progress
        self._waiting: list[str] = []

    async def __call__(self, letters: Sequence[DeadLetter]) -> None:
        self._waiting += [letter.event_id for letter in letters]
        self.count += len(letters)
        self._progress(self.count)
        if len(self._waiting) >= IDS_TOGETHER:
            await self.written()

    async def written(self) -> None:
        events, self._waiting = self._waiting, []
        if events:
            await note(self._what, {**self._facts, "events": events})


async def _acted(action: str, chosen: Choice, confirm: Confirm, progress: Callable[[int], None], work: Work) -> int:
    """The intent is noted before anything happens, so that a killed process has left its name."""
    tally, run = Tally(), str(uuid4())
    done = Noted(action, run, chosen, progress)

    def counting(letter: DeadLetter) -> bool:
        if not chosen(letter) or (action == "replay" and not _has_a_way_back(letter)):
            return False
        tally.add(letter, chosen.queue)
        return True

    async with connected() as connection, frozen(connection, holder(chosen.queue), counting) as found:
        if not await _answered(confirm, tally):
            return 0
        await note(f"dead-letters.{action}-begun", {"run": run, **chosen.described, "count": found.count})
        try:
            await work(found, done)
        finally:
            await done.written()
    return done.count


async def _answered(confirm: Confirm, tally: Tally) -> bool:
    """Asks in a thread: the connection goes on answering the broker while somebody thinks. One that is never answered
    keeps nothing from ending."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[bool] = loop.create_future()

    def ask() -> None:
        try:
            agreed = confirm(tally)
        except Exception:  # such as the end of the input
            agreed = False
        with suppress(RuntimeError):  # nobody waits any more
            loop.call_soon_threadsafe(answer.set_result, agreed)

    Thread(target=ask, daemon=True).start()
    return await answer


def _has_a_way_back(letter: DeadLetter) -> bool:
    """Whether it says where it died, or was an event that nobody heard."""
    return letter.queue == UNROUTED or bool(letter.queue)
