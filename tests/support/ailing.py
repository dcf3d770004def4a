"""A consumer that fails until it is mended, and its dead letters."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika

from shared.errors import Conflict
from shared.events import Event
from shared.messaging.dead_letters import DeadLetter, HeldLetters, held
from shared.storage.inserting import insert_new
from shared.storage.store import Store
from tests.support.probe import Heard, ProbeMade

FAST = 1000.0  # messages a second


class Ailing(Heard):
    """Fails until it is mended, for good or (numbers from 100) for now; then keeps each event once, by its id."""

    def __init__(self, store: Store) -> None:
        super().__init__(self._failure)
        self.mended = False
        self._kept = store["kept"]

    def _failure(self, number: int, attempt: int) -> Exception | None:
        if self.mended:
            return None
        return ValueError("not now") if number >= 100 else Conflict(f"rule {number % 2} is broken")

    async def handle(self, event: Event[ProbeMade]) -> None:
        await super().handle(event)
        await insert_new(self._kept, [{"_id": event.id, "number": event.data.number}])

    async def kept(self) -> list[int]:
        return sorted([row["number"] async for row in self._kept.find()])


@asynccontextmanager
async def holding(amqp_url: str, count: int) -> AsyncIterator[HeldLetters]:
    """The dead letters, once there are so many: what was let go of takes a moment to be back in its queue."""
    async with await aio_pika.connect(amqp_url) as connection, asyncio.timeout(20) as patience:
        while True:
            channel = await connection.channel(on_return_raises=True)
            async with channel, held(channel, "probe.dead") as letters:
                if len(letters.letters) >= count:
                    patience.reschedule(None)
                    yield letters
                    return
            await asyncio.sleep(0.02)


async def dead(amqp_url: str, count: int) -> list[DeadLetter]:
    async with holding(amqp_url, count) as letters:
        return letters.letters


async def replay(amqp_url: str, *numbers: int, of: int) -> list[DeadLetter]:
    """Returns the numbers brought back from among `of` dead letters."""
    replayed: list[DeadLetter] = []
    async with holding(amqp_url, of) as letters:
        chosen = [letter for letter in letters.letters if number_of(letter) in numbers]
        await letters.replay(chosen, FAST, replayed.append)
    return replayed


def number_of(letter: DeadLetter) -> int:
    return ProbeMade.model_validate_json(letter.body).number
