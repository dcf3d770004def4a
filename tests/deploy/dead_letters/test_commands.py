"""`otm dead-letters`, run as people run it, on the queues of the services."""

import asyncio
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel

from deploy.catalogue import consumers
from deploy.local.operate.protection.operators import OPERATIONS
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from shared.contracts import CampaignPaused
from shared.events import first_event
from shared.messaging.dead_letters.frozen import REPLAYING
from shared.messaging.declaring import declare
from shared.messaging.envelope import sealed, to_message
from shared.messaging.settlement import DIED_AT, EXCEPTION, ORIGIN, REASON
from shared.storage.store import Store
from tests.deploy.given.otm import Otm
from tests.support.ground import Ground
from tests.support.probe import probe
from tests.support.samples import sample

QUEUE, DEAD, CAMPAIGNS = "intake.campaign.paused.v1", "intake.dead", ("OTM-26-0001", "OTM-26-0002")


@pytest.fixture
async def otm(ground: Ground, amqp_url: str, tmp_path: Path) -> Otm:
    home = Home(tmp_path / "otm")
    settings = LocalSettings(
        home=home.folder,
        amqp_url=amqp_url,
        management_url=ground.management_url,
        mongo_url=ground.mongo_url,
    )
    return Otm(home, settings)


@pytest.fixture
async def channel(amqp_url: str) -> AsyncIterator[AbstractChannel]:
    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        await declare(channel, *consumers())
        yield channel


async def die(channel: AbstractChannel, count: int, reason: str = "wave 12 is void") -> list[str]:
    """Puts events among the dead letters of intake, of two campaigns in turn; returns their ids."""
    ids = []
    for number in range(count):
        data = sample(CampaignPaused, campaign=CAMPAIGNS[number % 2])
        message = to_message(sealed(first_event(data, "planner", probe(1).time)))
        message.body = message.body[:-1] + b', "caller": "Mrs Quillfeather"}'
        message.headers |= {ORIGIN: QUEUE, REASON: reason, EXCEPTION: "Conflict", DIED_AT: f"2026-09-0{number % 9 + 1}"}
        await channel.default_exchange.publish(message, DEAD)
        ids.append(message.message_id or "")
    return ids


async def taken(channel: AbstractChannel, queue: str) -> Counter[str]:
    found: Counter[str] = Counter()
    declared = await channel.declare_queue(queue, passive=True)
    while message := await declared.get(no_ack=True, fail=False):
        found[message.message_id or ""] += 1
    return found


@pytest.mark.long
async def test_they_are_counted_by_cause_and_campaign_and_written_without_anything_of_a_customers(
    otm: Otm, channel: AbstractChannel, tmp_path: Path
) -> None:
    ids = await die(channel, 3)
    rows = (await otm("dead-letters", "list", "--json")).json
    assert [(row["queue"], row["cause"], row["campaign"], row["count"], row["oldest"]) for row in rows] == [
        (QUEUE, "Conflict: wave … is void", "OTM-26-0001", 2, "2026-09-01"),
        (QUEUE, "Conflict: wave … is void", "OTM-26-0002", 1, "2026-09-02"),
    ]
    written = await otm(
        "dead-letters", "export", QUEUE, "--campaign", "OTM-26-0001", "-o", str(tmp_path / "dead.jsonl")
    )
    lines = (tmp_path / "dead.jsonl").read_text().splitlines()
    assert (written.code, [json.loads(line)["event_id"] for line in lines]) == (0, [ids[0], ids[2]])
    shown = await otm("dead-letters", "show", QUEUE, "--limit", "1")
    assert "Quillfeather" not in shown.printed + "".join(lines)
    assert '"…": "… 16 characters"' in shown.printed
    none = await otm("dead-letters", "show", DEAD)  # those that do not say where they died, of whom there are none
    assert (none.code, none.printed, "There is none like that" in none.said) == (0, "", True)
    assert await taken(channel, DEAD) == Counter(ids), "they stay where they are"


async def test_a_replay_that_is_killed_is_given_again_and_the_trail_tells_of_both(
    otm: Otm, channel: AbstractChannel, ground: Ground
) -> None:
    ids = await die(channel, 60)
    first = await otm.start("dead-letters", "replay", QUEUE, "--rate", "20", "--yes")
    back = await channel.declare_queue(QUEUE, passive=True)
    async with asyncio.timeout(60):
        while not (await channel.declare_queue(QUEUE, passive=True)).declaration_result.message_count:
            await asyncio.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    await first.communicate()
    before = Counter[str]()
    while message := await back.get(no_ack=True, fail=False):
        before[message.message_id or ""] += 1
    assert 0 < before.total() < 60
    async with asyncio.timeout(60):  # what the killed process had in hand takes a moment to be back
        after, left = Counter[str](), True
        while left or set(before) | set(after) != set(ids):
            again = await otm("dead-letters", "replay", QUEUE, "--rate", "1000", "--yes")
            assert again.code == 0, again.said
            after += await taken(channel, QUEUE)
            left = bool((await channel.declare_queue(DEAD, passive=True)).declaration_result.message_count)
    assert (before + after).total() <= 60 + 20, "at most the group that it had in hand comes twice, under the same ids"
    assert not await taken(channel, DEAD)
    store = Store(ground.mongo_url, OPERATIONS)
    noted = [row async for row in store["audit"].find({"details.events": {"$in": ids}})]
    begun = [row async for row in store["audit"].find({"what": "dead-letters.replay-begun"}).sort("_id", -1).limit(5)]
    store.close()
    assert {row["details"]["queue"] for row in noted} == {QUEUE}
    assert 60 in [row["details"]["count"] for row in begun]


@pytest.mark.long
async def test_nothing_happens_unless_somebody_agrees(otm: Otm, channel: AbstractChannel) -> None:
    ids = await die(channel, 2)
    for command in ("replay", "discard"):
        declined = await otm("dead-letters", command, QUEUE)  # its input has ended: nobody agrees
        assert declined.printed.strip() == f"0 {command}ed"
        assert "1 x Conflict: wave … is void, OTM-26-0001" in declined.said
    assert not await taken(channel, QUEUE)
    gone = await otm("dead-letters", "discard", QUEUE, "--campaign", "OTM-26-0002", "--yes")
    assert gone.printed == "1 discarded\n"
    assert await taken(channel, DEAD) == Counter(ids[:1])
    assert not await taken(channel, DEAD + REPLAYING)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "intake.no.such.v1"), "No service has a queue intake.no.such.v1"),
        (("replay", QUEUE, "--rate", "0"), "--rate"),
        (("show", QUEUE, "--limit", "0"), "--limit"),
    ],
)
async def test_what_makes_no_sense_is_refused(otm: Otm, arguments: tuple[str, ...], said: str) -> None:
    refused = await otm("dead-letters", *arguments)
    assert refused.code != 0
    assert said in refused.said


async def test_where_the_services_have_not_run_yet_it_says_so(otm: Otm) -> None:
    empty = await otm("dead-letters", "list")
    assert (empty.code, "start them first" in empty.said) == (1, True)
