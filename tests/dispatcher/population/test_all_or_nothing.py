"""A population file is the campaign's for good, or leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.dispatcher.given.loading import NOTHING, POPULATION, kept, mixed, put
from tests.dispatcher.given.people import file, row
from tests.support.inside import Inside


async def test_the_same_file_again_has_the_same_answer_and_another_one_is_a_conflict(dispatcher: Inside) -> None:
    first = await put(dispatcher, mixed())
    before = await kept(dispatcher)
    again = await put(dispatcher, mixed(), piece=100)
    assert (again.status_code, again.json()) == (201, first.json())
    other = await put(dispatcher, mixed() + file([row(50)]).split(b"\r\n", 1)[1])
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert await kept(dispatcher) == before


async def test_of_two_files_that_come_at_the_same_time_one_is_the_population(dispatcher: Inside) -> None:
    answers = await asyncio.gather(put(dispatcher, file([row(n) for n in range(900)])), put(dispatcher, mixed()))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    (won,) = [answer.json() for answer in answers if answer.status_code == 201]
    loads = await dispatcher.service.store["recipients"].distinct("load")
    assert loads == [won["load"]]
    assert (await kept(dispatcher))["loads"] == 1


@pytest.mark.parametrize(
    ("end", "status", "code"),
    [
        (b"\xff\xfe", 400, "malformed"),
        (b'"never closed', 400, "malformed"),
        (b'"' + b"x" * 30_000, 413, "too-large"),
    ],
)
async def test_a_file_that_turns_out_broken_leaves_nothing_and_can_be_sent_again(
    dispatcher: Inside, end: bytes, status: int, code: str
) -> None:
    good = file([row(n) for n in range(600)] + [row(n, name="") for n in range(600, 650)])
    broken = await put(dispatcher, good + end, piece=10_000)
    assert (broken.status_code, broken.json()["code"]) == (status, code)
    assert await kept(dispatcher) == NOTHING
    assert (await put(dispatcher, good, piece=10_000)).json()["eligible"] == 600


async def test_a_file_in_which_nobody_can_be_written_to_is_refused_with_the_reasons(dispatcher: Inside) -> None:
    answer = await put(dispatcher, file([row(1, flags="deceased"), row(2, name=""), row(3, name="")]))
    assert answer.status_code == 422
    assert {(p["field"], p["rule"], p["message"]) for p in answer.json()["problems"]} == {
        ("rejected", "name-missing", "2 rows, such as 2, 3"),
        ("suppressed", "deceased", "1 rows, such as 1"),
    }  # fmt: skip
    assert await kept(dispatcher) == NOTHING
    async with dispatcher.caller("analyst") as analyst:
        assert (await analyst.get(POPULATION)).status_code == 404


async def test_a_caller_who_goes_away_half_way_leaves_nothing(dispatcher: Inside) -> None:
    async def cut_off() -> AsyncIterator[bytes]:
        yield file([row(n) for n in range(600)])
        async with asyncio.timeout(20):
            while not (await kept(dispatcher))["recipients"]:
                await asyncio.sleep(0.01)
        raise ConnectionResetError

    async with dispatcher.caller("analyst") as analyst:
        assert (await analyst.put(POPULATION, content=cut_off())).status_code == 500
    assert await kept(dispatcher) == NOTHING
