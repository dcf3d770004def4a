"""Every pair of writing operations about one customer, at once: as if one came after the other."""

from functools import partial

import pytest

from services.intake.app import build_app
from services.intake.settings import Settings
from tests.intake.given.letters import SendContact, send, send_in_a_stream
from tests.intake.given.races import OPERATIONS, left_by, situation
from tests.support.inside import Corner, Inside, inside
from tests.support.races import Race

NAMES = list(OPERATIONS)
SOON = {"erase"}
"""Operations whose races are run each time; those of the others take minutes."""


@pytest.mark.parametrize(
    "first", [name if name in SOON else pytest.param(name, marks=pytest.mark.long) for name in NAMES]
)
async def test_two_operations_at_once_leave_what_one_after_the_other_leaves(
    intake: Inside, corner: Corner, first: str
) -> None:
    wrong = []
    async with inside(build_app(corner.settings(Settings)), corner) as replica:
        for number, second in enumerate(NAMES[NAMES.index(first) :]):
            way: SendContact = send_in_a_stream if number % 2 else send
            race = Race(partial(situation, send=way), OPERATIONS, left_by)
            wrong += await race.wrong(intake, replica, first, second)
    assert not wrong, "\n".join(wrong)
