"""A consumer that fails until it is mended, and its dead letters."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aio_pika

from shared.errors import Conflict
from shared.events import Event
from shared.messaging.dead_letters.frozen import Frozen, Told, frozen, settled
from shared.messaging.dead_letters.letter import DeadLetter
from shared.messaging.dead_letters.looking import letters_in
from shared.storage.inserting import insert_new
from shared.storage.store import Store
from tests.support.probe import Heard, ProbeMade

DEAD = "probe.dead"
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


async def dead(amqp_url: str, count: int) -> list[DeadLetter]:
    """The dead letters, once there are so many: what was let go of takes a moment to be back in its queue."""
    async with await aio_pika.connect(amqp_url) as connection, asyncio.timeout(20):
        while True:
            async with settled(connection, DEAD):
                letters = [letter async for letter in letters_in(connection, DEAD)]
            if len(letters) >= count:
                return letters
            await asyncio.sleep(0.02)


@asynccontextmanager
async def freezing(amqp_url: str, *numbers: int, of: int) -> AsyncIterator[Frozen]:
    """The dead letters with these numbers, of `of` that there are, frozen."""
    await dead(amqp_url, of)
    async with (
        await aio_pika.connect(amqp_url) as connection,
        frozen(connection, DEAD, lambda letter: number_of(letter) in numbers) as found,
    ):
        yield found


async def replay(amqp_url: str, *numbers: int, of: int) -> list[DeadLetter]:
    """Returns the numbers brought back from among `of` dead letters."""
    replayed: list[DeadLetter] = []
    async with freezing(amqp_url, *numbers, of=of) as found:
        await found.replay(FAST, noting(replayed))
    return replayed


def noting(letters: list[DeadLetter]) -> Told:
    """Returns what keeps the letters that it is told of."""

    async def note(done: Sequence[DeadLetter]) -> None:
        letters.extend(done)

    return note


def number_of(letter: DeadLetter) -> int:
    return ProbeMade.model_validate_json(letter.body).number
