"""A look-up costs the store as much among hundreds of thousands of letters as among a few."""

import pytest

from bench.store_time import StoreTime
from tests.intake.given.letters import ENGLISH
from tests.support.growing import Growth
from tests.support.inside import Inside

LETTERS, LOOK_UPS = 300_000, 50


async def seconds(intake: Inside, time: StoreTime) -> float:
    """Returns the store's processor time for one look-up, of many."""
    async with intake.caller("helpline") as helpline:
        began = time.now()
        for _ in range(LOOK_UPS):
            assert (await helpline.get(f"/v1/letters/{ENGLISH}")).is_success
        return (time.now() - began) / LOOK_UPS


@pytest.mark.long
async def test_a_look_up_costs_as_much_among_many_letters(intake: Inside, mongo_url: str) -> None:
    time = StoreTime(mongo_url)
    await seconds(intake, time)
    among_few = await seconds(intake, time)
    await Growth(intake.service.store.database).grow_one("letters", LETTERS)
    among_many = await seconds(intake, time)
    assert among_many < among_few * 2, f"{among_many * 1e3:.2f} ms, among few {among_few * 1e3:.2f} ms"
