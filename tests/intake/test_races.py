"""Every pair of writing operations about one customer, at once: as if one came after the other."""

import asyncio
from typing import Any

import pytest

from services.intake.app import build_app
from services.intake.settings import Settings
from tests.intake.given.letters import SendContact, send, send_in_a_stream
from tests.intake.given.races import OPERATIONS, Meeting, left_by, situation
from tests.support.inside import Corner, Inside, inside

NAMES = list(OPERATIONS)
SOON = {"attach", "erase", "refer"}
"""Operations whose races are run in a minute; those of the others take longer."""


TRY_AGAIN = 412
"""Told to a caller who came second to change a contact: it is as if they had not asked."""


async def one_after_the_other(intake: Inside, way: SendContact, *names: str) -> dict[str, Any]:
    at = await situation(intake, way)
    statuses = [await OPERATIONS[name](intake, at) for name in names]
    return await left_by(intake, at) | {"done": [status < 300 for status in statuses]}


async def at_once(
    intake: Inside, replica: Inside, way: SendContact, first: str, second: str
) -> tuple[dict[str, Any], list[int]]:
    at = await situation(intake, way)
    with pytest.MonkeyPatch.context() as monkeypatch:
        Meeting(monkeypatch)
        statuses = list(await asyncio.gather(OPERATIONS[first](intake, at), OPERATIONS[second](replica, at)))
    return await left_by(intake, at) | {"done": [status < 300 for status in statuses]}, statuses


async def expected(intake: Inside, way: SendContact, first: str, second: str) -> list[dict[str, Any]]:
    """Returns what both orders leave."""
    forwards = await one_after_the_other(intake, way, first, second)
    backwards = await one_after_the_other(intake, way, second, first)
    return [forwards, backwards | {"done": backwards["done"][::-1]}]


async def alone(intake: Inside, way: SendContact, statuses: list[int], *names: str) -> list[dict[str, Any]]:
    """Returns what one operation leaves where the other was told to try again, else nothing."""
    if TRY_AGAIN not in statuses:
        return []
    other = 1 - statuses.index(TRY_AGAIN)
    left = await one_after_the_other(intake, way, names[other])
    return [left | {"done": [place == other for place in range(2)]}]


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
            right = await expected(intake, way, first, second)
            for other in (intake, replica):
                left, statuses = await at_once(intake, other, way, first, second)
                if max(statuses) >= 500 or left not in right + await alone(intake, way, statuses, first, second):
                    where = "one replica" if other is intake else "two replicas"
                    wrong.append(f"{first} and {second} on {where}: {statuses}\n  {left}\n  is none of\n  {right}")
    assert not wrong, "\n".join(wrong)
