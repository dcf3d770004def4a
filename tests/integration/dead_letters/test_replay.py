"""Dead letters that somebody chose are brought back, with one effect each, or discarded; the others stay."""

import asyncio
from collections.abc import Sequence

import aio_pika
import pytest
from aio_pika.exceptions import AMQPError

from shared.errors import Conflict
from shared.messaging import topology
from shared.messaging.dead_letters.frozen import REPLAYING, frozen, settled
from shared.messaging.dead_letters.letter import DeadLetter
from shared.messaging.dead_letters.looking import letters_in
from shared.messaging.settlement import ATTEMPT
from tests.support.ailing import DEAD, FAST, Ailing, dead, freezing, noting, number_of, replay
from tests.support.probe import PROBE_QUEUE, Heard, ProbeMade, probe, probe_service


async def test_the_chosen_come_back_as_the_same_events_and_the_others_stay(amqp_url: str, ailing: Ailing) -> None:
    async with probe_service(amqp_url, ailing) as service:
        events = [probe(n) for n in range(6)]
        await service.say(*events)
        await dead(amqp_url, 6)
        ailing.mended = True
        replayed = await replay(amqp_url, 1, 3, 5, of=6)
        await ailing.until(lambda h: sorted(h.numbers) == [1, 3, 5])
        assert {letter.event_id for letter in replayed} == {events[n].id for n in (1, 3, 5)}
        assert sorted(number_of(letter) for letter in await dead(amqp_url, 3)) == [0, 2, 4]


async def test_what_dies_while_others_are_brought_back_is_not_among_them(amqp_url: str, ailing: Ailing) -> None:
    async with probe_service(amqp_url, ailing) as service:
        await service.say(probe(1))
        await dead(amqp_url, 1)
        async with freezing(amqp_url, 1, 2, of=1) as letters:
            await service.say(probe(2))
            async with asyncio.timeout(20):
                while not await service.depth(DEAD):
                    await asyncio.sleep(0.02)
            assert letters.count == 1
            ailing.mended = True
            await letters.replay(FAST, noting([]))
        await ailing.until(lambda h: h.numbers == [1])
        assert [number_of(letter) for letter in await dead(amqp_url, 1)] == [2]


async def test_a_letter_that_is_brought_back_has_all_its_tries_again(amqp_url: str, ailing: Ailing) -> None:
    async with probe_service(amqp_url, ailing) as service:
        await service.say(probe(100))
        assert [letter.attempts for letter in await dead(amqp_url, 1)] == [3]
        await replay(amqp_url, 100, of=1)
        assert [letter.attempts for letter in await dead(amqp_url, 1)] == [3]
        assert ailing.attempts[100] == 6
        ailing.mended = True
        await replay(amqp_url, 100, of=1)
        await ailing.until(lambda h: h.numbers == [100])
        assert await service.depth(DEAD) == 0


async def test_a_letter_that_is_brought_back_twice_has_one_effect(amqp_url: str, ailing: Ailing) -> None:
    """As after a crash between putting it back and taking it out of the dead letters."""
    async with probe_service(amqp_url, ailing) as service:
        await service.say(probe(1))
        await dead(amqp_url, 1)
        copy = await service.take(DEAD)
        for _ in range(2):
            await service.send_raw(copy.body, {**copy.headers, ATTEMPT: 1}, message_id=copy.message_id)
        await dead(amqp_url, 2)
        ailing.mended = True
        assert len(await replay(amqp_url, 1, of=2)) == 2
        await ailing.until(lambda h: h.numbers == [1, 1])
    assert await ailing.kept() == [1]


async def test_discarded_letters_are_gone_and_the_others_stay(amqp_url: str, ailing: Ailing) -> None:
    async with probe_service(amqp_url, ailing) as service:
        await service.say(probe(1), probe(2), probe(3))
        gone: list[DeadLetter] = []
        async with freezing(amqp_url, 1, 3, of=3) as letters:
            await letters.discard(noting(gone))
        assert sorted(map(number_of, gone)) == [1, 3]
        assert [number_of(letter) for letter in await dead(amqp_url, 1)] == [2]
        assert await service.depth(DEAD) <= 1


async def test_events_that_nobody_heard_are_shown_and_said_again_once_somebody_listens(amqp_url: str) -> None:
    heard = Heard()
    async with probe_service(amqp_url, heard) as service:
        queue = await service.channel.declare_queue(PROBE_QUEUE, passive=True)
        await queue.unbind(topology.EVENTS, ProbeMade.event_type)
        event = probe(7)
        await service.say(event)
        await queue.bind(topology.EVENTS, ProbeMade.event_type)
        again: list[DeadLetter] = []
        async with asyncio.timeout(20):
            while not again:
                async with (
                    await aio_pika.connect(amqp_url) as connection,
                    frozen(connection, topology.UNROUTED, lambda letter: "no queue was bound" in letter.kind) as found,
                ):
                    await found.replay(FAST, noting(again))
        await heard.until(lambda h: h.numbers == [7])
        assert (again[0].queue, again[0].event_id) == (topology.UNROUTED, event.id)


async def test_a_replay_that_is_killed_leaves_the_rest_among_the_dead_letters(amqp_url: str, ailing: Ailing) -> None:
    async with probe_service(amqp_url, ailing) as service:
        await service.say(*(probe(number) for number in range(100)))
        await dead(amqp_url, 100)
        ailing.mended = True
        connection = await aio_pika.connect(amqp_url)

        async def killed(done: Sequence[DeadLetter]) -> None:
            await connection.close()  # as the end of the process does
            raise InterruptedError

        with pytest.raises((InterruptedError, AMQPError, RuntimeError)):
            async with frozen(connection, DEAD, lambda letter: True) as found:
                await found.replay(FAST, killed)
        await ailing.until(lambda h: len(h.numbers) >= 50)
        assert 50 <= len(await replay(amqp_url, *range(100), of=50)) <= 100  # with those in hand when it died
        await ailing.until(lambda h: len(set(h.numbers)) >= 100)
        assert await ailing.kept() == list(range(100))
        assert await service.depth(DEAD) == await service.depth(DEAD + REPLAYING) == 0


async def test_two_replays_at_once_are_refused_and_looking_goes_on(amqp_url: str, ailing: Ailing) -> None:
    async with probe_service(amqp_url, ailing) as service:
        await service.say(probe(1), probe(2))
        async with freezing(amqp_url, 1, of=2) as letters, await aio_pika.connect(amqp_url) as connection:
            with pytest.raises(Conflict, match="somebody else is busy"):
                async with frozen(connection, DEAD, lambda letter: True):
                    pass
            async with settled(connection, DEAD) as in_hand:
                assert [number_of(each) async for each in letters_in(connection, DEAD)] == [2]
            assert (in_hand, letters.count) == (1, 1)
        assert sorted(map(number_of, await dead(amqp_url, 2))) == [1, 2], "nothing was agreed to: they are back"


async def test_a_replay_into_a_queue_that_is_gone_keeps_the_letters(amqp_url: str, ailing: Ailing) -> None:
    async with probe_service(amqp_url, ailing) as service:
        await service.say(probe(1))
        await dead(amqp_url, 1)
        await service.bus.stop_consuming()
        await service.channel.queue_delete(PROBE_QUEUE)
        with pytest.raises(Conflict, match="is not there"):
            await replay(amqp_url, 1, of=1)
        assert [letter.queue for letter in await dead(amqp_url, 1)] == [PROBE_QUEUE]
