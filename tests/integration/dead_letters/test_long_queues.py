"""Queues of more dead letters than are held at once are looked through whole, and no letter is in one twice."""

from collections import Counter

import pytest

from shared.messaging.dead_letters import looking
from shared.messaging.dead_letters.frozen import REPLAYING, TOGETHER
from shared.messaging.dead_letters.letter import DeadLetter
from tests.support.ailing import DEAD, Ailing, dead, freezing, noting, number_of, replay
from tests.support.probe import PROBE_QUEUE, probe, probe_service

pytestmark = pytest.mark.usefixtures("_few_held")


@pytest.fixture
def _few_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "HELD_MOST", 12)
    monkeypatch.setattr(looking, "MOVED_TOGETHER", 5)
    monkeypatch.setattr(looking, "IN_HAND", 12 + TOGETHER)


async def test_a_long_queue_is_looked_through_whole_with_few_letters_held(amqp_url: str, ailing: Ailing) -> None:
    many = 12 + TOGETHER + 20  # more than the broker gives out before it has an answer
    async with probe_service(amqp_url, ailing) as service:
        events = [probe(number) for number in range(many)]
        await service.say(*events)
        for _ in range(2):
            letters = await dead(amqp_url, many)
            assert Counter(letter.event_id for letter in letters) == Counter(event.id for event in events)
        ailing.mended = True
        replayed = await replay(amqp_url, *range(0, many, 2), of=many)
        await ailing.until(lambda h: sorted(h.numbers) == list(range(0, many, 2)))
        assert {letter.event_id for letter in replayed} == {event.id for event in events[::2]}
        assert {(each.queue, each.cause, each.attempts) for each in await dead(amqp_url, many // 2)} == {
            (PROBE_QUEUE, "Conflict: rule 1 is broken", 1)
        }


async def test_a_letter_that_was_moved_is_not_there_twice_once_the_look_is_over(amqp_url: str, ailing: Ailing) -> None:
    many = 12 + TOGETHER + 20
    async with probe_service(amqp_url, ailing) as service:
        await service.say(*(probe(number) for number in range(many)))
        await dead(amqp_url, many)
        gone: list[DeadLetter] = []
        async with freezing(amqp_url, *range(0, many, 2), of=many) as letters:
            await letters.discard(noting(gone))
        assert sorted(map(number_of, gone)) == list(range(0, many, 2))
        assert sorted(map(number_of, await dead(amqp_url, many // 2))) == list(range(1, many, 2))
        assert await service.depth(DEAD + REPLAYING) == 0
