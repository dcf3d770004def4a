"""Many callers share a commit, and none of them notices."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.running.coalescer import Coalescer

WITHIN = 10  # seconds: far more than any of this takes


class Committing:
    """Doubles numbers; a batch with a bad number in it fails as a whole."""

    def __init__(self, bad: Sequence[int] = ()) -> None:
        self.batches: list[list[int]] = []
        self._bad = set(bad)

    async def commit(self, items: Sequence[int]) -> Sequence[int]:
        self.batches.append(list(items))
        await asyncio.sleep(0)
        if spoilt := self._bad & set(items):
            raise ValueError(f"cannot keep {sorted(spoilt)}")
        return [2 * item for item in items]


async def test_items_that_come_together_share_commits_of_at_most_so_many() -> None:
    committing = Committing()
    coalescer = Coalescer(committing.commit, at_most=100)
    async with asyncio.timeout(WITHIN):
        results = await asyncio.gather(*(coalescer.add(n) for n in range(250)))
    assert [len(batch) for batch in committing.batches] == [100, 100, 50]
    assert results == [2 * n for n in range(250)]


async def test_a_full_batch_does_not_wait_for_the_time_to_pass_and_a_lone_item_does_not_wait_for_others() -> None:
    patient = Coalescer(Committing().commit, at_most=2, within=3600)
    prompt = Coalescer(Committing().commit, at_most=2, within=0.01)
    async with asyncio.timeout(WITHIN):
        assert [*await asyncio.gather(patient.add(1), patient.add(2))] == [2, 4]
        assert await prompt.add(3) == 6


async def test_a_caller_who_goes_away_takes_nobody_with_him() -> None:
    committing = Committing()
    coalescer = Coalescer(committing.commit, at_most=3, within=3600)
    first, gone = (asyncio.create_task(coalescer.add(n)) for n in (1, 2))
    await asyncio.sleep(0)
    gone.cancel()
    async with asyncio.timeout(WITHIN):
        assert await coalescer.add(3) == 6
        assert await first == 2
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert committing.batches == [[1, 2, 3]]  # what was asked for is done all the same


async def test_where_everything_fails_nobody_waits_for_the_others_to_fail() -> None:
    all_at_once = asyncio.Barrier(20)

    async def commit(items: Sequence[int]) -> Sequence[int]:
        if len(items) == 1:
            await all_at_once.wait()
        raise OSError("the store is away")

    coalescer = Coalescer(commit, at_most=20, within=3600)
    async with asyncio.timeout(WITHIN):
        results = await asyncio.gather(*(coalescer.add(n) for n in range(20)), return_exceptions=True)
    assert [type(result) for result in results] == [OSError] * 20


@given(
    items=st.lists(st.integers(0, 30), max_size=40),
    bad=st.sets(st.integers(0, 30), max_size=5),
    at_most=st.integers(1, 7),
)
def test_everyone_gets_the_result_of_his_own_item_and_only_the_bad_ones_fail(
    items: list[int], bad: set[int], at_most: int
) -> None:
    committing = Committing(sorted(bad))

    async def play() -> list[int | BaseException]:
        coalescer = Coalescer(committing.commit, at_most, within=0.001)
        async with asyncio.timeout(WITHIN):
            return await asyncio.gather(*(coalescer.add(item) for item in items), return_exceptions=True)

    results = asyncio.run(play())
    assert [str(r) if isinstance(r, ValueError) else r for r in results] == [
        f"cannot keep [{item}]" if item in bad else 2 * item for item in items
    ]
    assert all(len(batch) <= at_most for batch in committing.batches)
