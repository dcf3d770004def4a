"""Dead letters without number are brought back in memory that stays the same."""

import asyncio
import gc
import os
from collections.abc import Sequence

import aio_pika
import psutil
import pytest

from shared.messaging.dead_letters.frozen import frozen
from shared.messaging.dead_letters.letter import DeadLetter
from shared.messaging.declaring import declare_queue
from shared.messaging.settlement import DIED_AT, EXCEPTION, ORIGIN, REASON
from shared.messaging.topology import NO_LIMIT, Queue

LETTERS = int(os.environ.get("OTM_DEAD_LETTERS", "200000"))
QUEUE, DEAD = "probe.made.v1", "probe.dead"
BODY = b"{" + b" " * 1_022 + b"}"
TOGETHER = 500
FAST = 1_000_000.0
GROWTH_BYTES = 16 << 20
"""Growth from the first tenth to the end, at most: a twelfth of what the bodies alone would take up."""


async def filled(connection: aio_pika.abc.AbstractConnection) -> None:
    """Both queues, the second with so many letters."""
    async with connection.channel() as channel:
        for name in (QUEUE, DEAD):
            await declare_queue(channel, Queue(name, {"x-delivery-limit": NO_LIMIT}))
        headers = {ORIGIN: QUEUE, REASON: "rule 1", EXCEPTION: "Conflict", DIED_AT: "2026-09-01T10:00:00+00:00"}
        for start in range(0, LETTERS, TOGETHER):
            letters = [
                aio_pika.Message(BODY, message_id=str(start + number), headers=dict(headers), delivery_mode=2)
                for number in range(min(TOGETHER, LETTERS - start))
            ]
            await asyncio.gather(*(channel.default_exchange.publish(letter, DEAD) for letter in letters))


@pytest.mark.long
async def test_a_replay_takes_no_more_memory_at_its_end_than_at_its_beginning(amqp_url: str) -> None:
    process, done, taken = psutil.Process(), 0, list[tuple[int, int]]()

    async def replayed(letters: Sequence[DeadLetter]) -> None:
        nonlocal done
        done += len(letters)
        if done % (LETTERS // 20) < len(letters):
            gc.collect()
            taken.append((done, process.memory_info().rss))

    async with await aio_pika.connect(amqp_url) as connection:
        await filled(connection)
        async with frozen(connection, DEAD, lambda letter: True) as letters:
            moved_with = process.memory_info().rss
            await letters.replay(FAST, replayed)
        async with connection.channel() as channel:
            back = (await channel.declare_queue(QUEUE, passive=True)).declaration_result.message_count
    print(f"{LETTERS:,} letters: MiB when frozen {moved_with >> 20}, while replayed {[rss >> 20 for _, rss in taken]}")
    assert done == back == LETTERS
    early = max(rss for at, rss in taken if at <= LETTERS // 10)
    assert max(rss for _, rss in taken) - early < GROWTH_BYTES
