"""Chunks: a few hundred customers handled as one unit of work, each within one wave."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.contracts.campaigns import Wave
from shared.working_days import add_working_days

CHUNK_SIZE = 500


@dataclass(frozen=True, slots=True)
class Assignment:
    """Customer of row `row` was randomised to `arm`."""

    row: int
    arm: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """`issued_at` is set once, when it is first taken in hand; `finished` when all of it is out and said."""

    campaign: str
    number: int
    wave: int
    assignments: tuple[Assignment, ...] = field(repr=False)
    issued_at: datetime | None = None
    finished: bool = False

    @property
    def id(self) -> str:
        return f"{self.campaign}:{self.number:06d}"


async def chunks_of(
    campaign: str, assignments: AsyncIterator[Assignment], controls: frozenset[str], waves: Sequence[Wave]
) -> AsyncIterator[tuple[Wave, Chunk]]:
    """Cut the customers, in order, into chunks that fill one wave after the other.

    A wave's size counts communications: customers of control arms ride along, so that every arm is dealt with at the
    same time. When there are more than the waves hold, further waves of the last one's size follow on working days,
    but none for customers of control arms alone.
    """
    schedule = _Schedule(waves)
    wave = schedule.wave
    number, held, communications = 1, list[Assignment](), 0
    async for assignment in assignments:
        held.append(assignment)
        communications += assignment.arm not in controls
        if communications == min(CHUNK_SIZE, schedule.room) or len(held) == CHUNK_SIZE:
            wave = schedule.wave
            yield wave, Chunk(campaign, number, wave.number, tuple(held))
            schedule.take(communications)
            number, held, communications = number + 1, [], 0
    if held:
        wave = schedule.wave if communications else wave
        yield wave, Chunk(campaign, number, wave.number, tuple(held))


class _Schedule:
    """The wave being filled and how many communications it still has room for."""

    def __init__(self, waves: Sequence[Wave]) -> None:
        self._waves = list(waves)
        self.wave = self._waves.pop(0)
        self.room = self.wave.size

    def take(self, communications: int) -> None:
        self.room -= communications
        if self.room <= 0:
            self.wave = self._waves.pop(0) if self._waves else _another(self.wave)
            self.room = self.wave.size


def _another(last: Wave) -> Wave:
    return Wave(number=last.number + 1, on=add_working_days(last.on, 1), size=last.size)
