"""Chunks: a few hundred customers handled as one unit of work, each within one wave."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from shared.contracts.schedules import Wave
from shared.working_days import add_working_days

CHUNK_SIZE = 500


@dataclass(frozen=True, slots=True)
class Assignment:
    """Customer of row `row` was randomised to `arm`."""

    row: int
    arm: str


def treated(assignments: Sequence[Assignment], controls: frozenset[str]) -> list[Assignment]:
    return [assignment for assignment in assignments if assignment.arm not in controls]


class Issue(NamedTuple):
    """Time of an issue, the version of the plan, and the version of the lines to take."""

    at: datetime
    plan_version: int
    lines_to_take: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """Settlement of the customers of a chunk who are written to by one channel.

    `suppressed` are the rows of customers who must not be written to any more, each with the reason.
    """

    issue: Issue
    suppressed: Mapping[int, str] = field(default_factory=dict)


class FileDigests(NamedTuple):
    """SHA-256, in hex, of the two files that a chunk's letters are printed from."""

    data: str
    manifest: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of one wave.

    `schedule` is the plan version it was cut by; `settled` is by channel; `out` are the channels that have all of
    theirs; `finished` is set when all of it is out, and `said` when that was said. A chunk that has to wait is made
    due again at `deferred_until`. `left_out` are rows of customers who were erased. `revision` counts the changes of
    `settled` and `left_out`: each further change needs to have seen them all. `files` are, by channel, those that were
    handed over.
    """

    campaign: str
    number: int
    wave: int
    assignments: tuple[Assignment, ...] = field(repr=False)
    schedule: int = 1
    settled: Mapping[str, Settlement] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()
    revision: int = 0
    out: frozenset[str] = frozenset()
    finished: bool = False
    said: bool = False
    deferred_until: datetime | None = None
    files: Mapping[str, FileDigests] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, int]:
        """Campaign and number of the chunk."""
        return self.campaign, self.number

    @property
    def id(self) -> str:
        return f"{self.campaign}:{self.number:06d}"


async def chunks_of(
    campaign: str,
    assignments: AsyncIterator[Assignment],
    controls: frozenset[str],
    waves: Sequence[Wave],
    first: int = 1,
    schedule: int = 1,
) -> AsyncIterator[tuple[Wave, Chunk]]:
    """Cuts the customers, in order, into chunks that fill one wave after the other, numbered from `first`.

    A wave's size counts communications: customers of control arms ride along, so that every arm is dealt with at the
    same time. When there are more than the waves hold, further waves of the last one's size follow on working days,
    but none for customers of control arms alone.
    """
    filling = _Schedule(waves)
    wave = filling.wave
    number, held, communications = first, list[Assignment](), 0
    async for assignment in assignments:
        held.append(assignment)
        communications += assignment.arm not in controls
        if communications == min(CHUNK_SIZE, filling.room) or len(held) == CHUNK_SIZE:
            wave = filling.wave
            yield wave, Chunk(campaign, number, wave.number, tuple(held), schedule)
            filling.take(communications)
            number, held, communications = number + 1, [], 0
    if held:
        wave = filling.wave if communications else wave
        yield wave, Chunk(campaign, number, wave.number, tuple(held), schedule)


def further_waves(waves: Sequence[Wave], communications: int) -> int:
    """Returns how many waves so many communications need that the plan does not name: each of the last one's size."""
    return max(0, -(-(communications - sum(wave.size for wave in waves)) // waves[-1].size))


def last_day(waves: Sequence[Wave], communications: int) -> date:
    """Returns the day of the last wave that so many communications need, which may be one that no plan names yet."""
    return add_working_days(waves[-1].on, further_waves(waves, communications))


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
