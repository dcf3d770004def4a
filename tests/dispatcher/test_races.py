"""Every pair of writing operations on a campaign and a customer of it, at once: as if one came after the other."""

from pathlib import Path

import pytest

from services.dispatcher.app import build_app
from services.dispatcher.settings import Settings
from tests.dispatcher.given.desk import Desk
from tests.dispatcher.given.races import OPERATIONS, Dispatch, left_by, situation
from tests.support.clocks import NOON
from tests.support.inside import Corner, Inside, inside
from tests.support.races import Race

NAMES = list(OPERATIONS)
SOON = [("issue", "erase"), ("issue", "pause"), ("issue", "list"), ("amend", "allocate"), ("stop", "list")]


async def wrong(dispatcher: Inside, corner: Corner, folder: Path, *pairs: tuple[str, str]) -> list[str]:
    letters = folder / "letters"
    settings = corner.settings(Settings, print_folder=letters, spool_folder=folder / "spool")
    race = Race(situation, OPERATIONS, left_by)
    async with inside(build_app(settings), corner) as replica:
        one, two = (Dispatch(each, Desk(each, letters), letters) for each in (dispatcher, replica))
        two.desk.clock.instant = NOON
        return [each for pair in pairs for each in await race.wrong(one, two, *pair)]


async def test_two_operations_leave_what_one_after_the_other_leaves(
    unapproved: Inside, corner: Corner, tmp_path: Path
) -> None:
    assert not (found := await wrong(unapproved, corner, tmp_path, *SOON)), "\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("first", NAMES)
async def test_any_two_operations_leave_what_one_after_the_other_leaves(
    unapproved: Inside, corner: Corner, tmp_path: Path, first: str
) -> None:
    pairs = [(first, second) for second in NAMES[NAMES.index(first) :]]
    assert not (found := await wrong(unapproved, corner, tmp_path, *pairs)), "\n".join(found)
