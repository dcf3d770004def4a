"""Customers are cut into chunks, and chunks fill the days: everybody once, in order, and no day overfull."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.dispatcher.schedule import chunk as module
from services.dispatcher.schedule.chunk import Assignment, Chunk, chunks_of
from shared.contracts.schedules import Wave
from shared.working_days import working_days_from

SIZE = 7
LAUNCH = date(2026, 12, 23)
arms = st.lists(st.sampled_from(("control", "plain", "norm")), max_size=80)
sizes = st.lists(st.integers(1, 20), min_size=1, max_size=4)


def waves(sizes: Sequence[int]) -> list[Wave]:
    days = working_days_from(LAUNCH)
    return [Wave(number=n, on=next(days), size=size) for n, size in enumerate(sizes, start=1)]


async def cut(arms: Sequence[str], sizes: Sequence[int]) -> list[tuple[Wave, Chunk]]:
    async def assignments() -> AsyncIterator[Assignment]:
        for row, arm in enumerate(arms, start=1):
            yield Assignment(row, arm)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CHUNK_SIZE", SIZE)
        return [pair async for pair in chunks_of("OTM-26-0042", assignments(), frozenset({"control"}), waves(sizes))]


@given(arms, sizes)
async def test_everybody_is_in_one_chunk_in_the_order_of_the_file(arms: list[str], sizes: list[int]) -> None:
    chunks = [chunk for _, chunk in await cut(arms, sizes)]
    assert [a for chunk in chunks for a in chunk.assignments] == [Assignment(n, a) for n, a in enumerate(arms, start=1)]
    assert [chunk.number for chunk in chunks] == list(range(1, len(chunks) + 1))
    assert all(1 <= len(chunk.assignments) <= SIZE for chunk in chunks)


@given(arms, sizes)
@example(["plain"] * 9, [3])  # further days pass over Christmas
@example(["plain"] * 5 + ["control"], [5])  # no day of their own for controls who are left over
async def test_the_days_are_filled_one_after_the_other_with_letters_to_their_size(
    arms: list[str], sizes: list[int]
) -> None:
    letters: dict[int, int] = defaultdict(int)
    cut_up = await cut(arms, sizes)
    for wave, chunk in cut_up:
        assert chunk.wave == wave.number
        letters[wave.number] += sum(assignment.arm != "control" for assignment in chunk.assignments)
    used = [wave for n, (wave, _) in enumerate(cut_up) if n == 0 or cut_up[n - 1][0] != wave]
    assert [wave.number for wave in used] == list(range(1, len(used) + 1))
    planned = waves(sizes + sizes[-1:] * len(used))[: len(used)]  # beyond the schedule: more days like its last
    assert used == planned
    assert all(letters[wave.number] == wave.size for wave in used[:-1])
    assert all(0 < letters[wave.number] <= wave.size for wave in used[1:])


@given(sizes, st.integers(0, 30))
async def test_controls_take_no_room_and_ride_along_with_their_neighbours(sizes: list[int], letters: int) -> None:
    """A control after each letter leaves the number of letters of every day as it was."""
    alone = await cut(["plain"] * letters, sizes)
    mixed = await cut(["plain", "control"] * letters, sizes)

    def by_day(found: list[tuple[Wave, Chunk]]) -> dict[date, int]:
        counts: dict[date, int] = defaultdict(int)
        for wave, chunk in found:
            counts[wave.on] += sum(assignment.arm == "plain" for assignment in chunk.assignments)
        return counts

    assert by_day(mixed) == by_day(alone)
    rows = {assignment.row: wave.on for wave, chunk in mixed for assignment in chunk.assignments}
    assert all(rows[2 * n] >= rows[2 * n - 1] for n in range(1, letters + 1))
