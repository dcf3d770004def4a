"""`otm queues` on a real broker: what waits, since when, and whom it hurts."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from rich.console import Console
from typer.testing import CliRunner

from deploy.catalogue import consumers
from deploy.local.cli import app
from deploy.local.operate.queues.survey import Survey, letters_waiting, survey
from deploy.local.terminal.queue_tables import queues_shown
from shared.contracts import CampaignPaused
from shared.events import first_event
from shared.messaging.declaring import declare
from shared.messaging.envelope import sealed, to_message
from shared.messaging.queues.queue import oldest_age
from tests.support.ground import Ground
from tests.support.probe import probe
from tests.support.samples import sample

PAUSED = "dispatcher.campaign.paused.v1"


@pytest.fixture
async def channel(
    ground: Ground, amqp_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[AbstractChannel]:
    """All queues of the services, which nobody consumes."""
    for name, value in (("AMQP", amqp_url), ("MANAGEMENT", ground.management_url)):
        monkeypatch.setenv(f"OTM_{name}_URL", value)
    monkeypatch.setenv("OTM_HOME", str(tmp_path))
    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        await declare(channel, *consumers())
        yield channel


async def surveyed(queue: str, depth: int) -> Survey:
    """Returns a survey in which the broker's statistics, which follow after some seconds, have arrived."""
    async with asyncio.timeout(60):
        while True:
            found = await survey()
            one = next(each for each in found.queues if each.name == queue)
            if one.depth == depth and (one.oldest_seconds is not None or not depth):
                return found
            await asyncio.sleep(0.3)


async def test_what_waits_is_shown_with_its_age_and_whom_it_hurts_and_left_where_it_is(
    channel: AbstractChannel,
) -> None:
    exchange = await channel.get_exchange("otm.events")
    event = first_event(sample(CampaignPaused), "planner", probe(1).time)
    await exchange.publish(to_message(sealed(event)), event.type)
    await channel.queue_delete("intake.campaign.stopped.v1")
    found = await surveyed(PAUSED, 1)
    by_name = {queue.name: queue for queue in found.queues}
    assert by_name[PAUSED].impact == "a pause is not heard yet: letters still go out"
    assert by_name[PAUSED].oldest_seconds is not None
    assert by_name["intake.campaign.stopped.v1"].missing
    assert not found.well
    console = Console(width=80, file=StringIO())
    console.print(queues_shown(found, every=False))
    text = console.file.getvalue() if isinstance(console.file, StringIO) else ""
    assert "intake.campaign.stopped.v1: not on the broker" in text
    assert f"{PAUSED}: 1 waiting, 0 in hand" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80
    message = await (await channel.get_queue(PAUSED)).get(no_ack=True)
    assert message is not None
    assert not message.redelivered, "looking takes nothing out"


def test_the_oldest_message_is_as_old_as_the_count_before_it() -> None:
    published = [
        {"timestamp": at * 1000, "sample": count} for at, count in ((0, 5), (10, 5), (20, 8), (30, 9), (40, 9))
    ]
    assert oldest_age(1, published) == (timedelta(seconds=10), False)
    assert oldest_age(4, published) == (timedelta(seconds=20), False)
    assert oldest_age(5, published) == (timedelta(seconds=40), True), "older than what the broker remembers"
    assert oldest_age(0, published) is None
    assert oldest_age(3, []) is None


def test_letters_that_wait_are_named_by_wave_and_campaign() -> None:
    wave = {"on": "2026-09-07", "communications": 500}
    account = {
        "waves": [
            wave | {"number": 2, "started_at": "2026-09-04T09:00:00Z"},
            wave | {"number": 3, "started_at": "2026-09-07T09:00:00Z"},
            wave | {"number": 4, "started_at": None},
        ],
        "ledger": [
            {"arm": "a", "state": "issued", "count": 580},
            {"arm": "a", "state": "suppressed-late", "count": 8},
            {"arm": "c", "state": "control", "count": 100},
            {"arm": "a", "state": "planned", "count": 20},
        ],
    }
    assert letters_waiting("OTM-26-0007", account) == "wave 3 of OTM-26-0007, 412 letters waiting"
    assert letters_waiting("OTM-26-0007", account | {"waves": []}) is None


def test_where_nothing_runs_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTM_HOME", str(tmp_path))
    for name in ("OTM_AMQP_URL", "OTM_MANAGEMENT_URL"):
        monkeypatch.delenv(name, raising=False)
    said = CliRunner().invoke(app, ["queues"])
    assert (said.exit_code, "otm up" in said.output) == (1, True)
    monkeypatch.setenv("OTM_AMQP_URL", "amqp://127.0.0.1:1/")
    monkeypatch.setenv("OTM_MANAGEMENT_URL", "http://127.0.0.1:1")
    said = CliRunner().invoke(app, ["queues", "--json"])
    assert (said.exit_code, "cannot be reached" in said.output) == (1, True)


async def test_a_virtual_host_without_our_queues_is_refused(
    ground: Ground, amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTM_AMQP_URL", amqp_url)
    monkeypatch.setenv("OTM_MANAGEMENT_URL", ground.management_url)
    said = await asyncio.to_thread(CliRunner().invoke, app, ["queues", "--json"])
    assert (said.exit_code, "has no queues of One to Many" in said.output) == (1, True)


async def test_programs_get_json(channel: AbstractChannel) -> None:
    said = await asyncio.to_thread(CliRunner().invoke, app, ["queues", "--json"])
    found = json.loads(said.stdout)
    assert (said.exit_code, found["well"]) == (1, False), "nobody consumes the queues"
    assert {queue["impact"] for queue in found["queues"] if queue["kind"] == "retries"} == {None}
