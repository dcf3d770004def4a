"""`otm doctor`: each kind of trouble is named with what to do, on a real broker and a real store."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aio_pika
import httpx
import pytest
from aio_pika.abc import AbstractChannel
from typer.testing import CliRunner

from deploy.catalogue import consumers
from deploy.local.broker.management import Management
from deploy.local.cli import app
from deploy.local.operate.doctor import broker, machine, services, store, topology
from deploy.local.operate.doctor.clock import clock_of, drift_of
from deploy.local.operate.doctor.examination import examine
from deploy.local.operate.doctor.finding import Finding
from shared.messaging.declaring import declare
from shared.messaging.names import vhost_of
from tests.support.ground import Ground

HEARD = "planner.wave.started.v1"


@pytest.fixture
async def channel(
    ground: Ground, amqp_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[AbstractChannel]:
    for name, value in (("AMQP", amqp_url), ("MANAGEMENT", ground.management_url), ("MONGO", ground.mongo_url)):
        monkeypatch.setenv(f"OTM_{name}_URL", value)
    monkeypatch.setenv("OTM_HOME", str(tmp_path))
    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        await declare(channel, *consumers())
        yield channel


async def drifts(ground: Ground, amqp_url: str) -> list[Finding]:
    async with Management(ground.management_url) as management:
        return topology.drift(await topology.on_broker(management, vhost_of(amqp_url)))


async def test_every_kind_of_drift_is_named(ground: Ground, amqp_url: str, channel: AbstractChannel) -> None:
    assert [finding.well for finding in await drifts(ground, amqp_url)] == [True]
    heard = await channel.get_queue(HEARD)
    await heard.unbind("otm.events", "wave.started.v1")
    await heard.bind("otm.events", "campaign.stopped.v1")
    await channel.queue_delete("planner.notice.sent.v1")
    await channel.declare_queue("planner.notice.sent.v1", durable=True)
    await channel.queue_delete("planner.notice.failed.v1")
    await channel.exchange_delete("intake.retry.1s")
    await channel.declare_queue("intake.old.event.v1", durable=True)
    found = {finding.words: finding.remedy for finding in await drifts(ground, amqp_url)}
    assert set(found) == {
        "missing: exchange intake.retry.1s, queue planner.notice.failed.v1",
        "not as declared: queue planner.notice.sent.v1",
        "not bound: binding of planner.notice.sent.v1 to otm.events by notice.sent.v1, "
        f"binding of {HEARD} to otm.events by wave.started.v1",
        f"bound by hand: binding of {HEARD} to otm.events by campaign.stopped.v1",
        "unknown: queue intake.old.event.v1",
    }
    assert all(found.values())


async def test_what_is_left_over_and_unheard_is_named_with_what_to_do(channel: AbstractChannel) -> None:
    await channel.default_exchange.publish(aio_pika.Message(b"{}"), "intake.dead")
    await (await channel.get_exchange("otm.events")).publish(aio_pika.Message(b"{}"), "nobody.listens.v1")
    async with asyncio.timeout(60):  # the broker's statistics follow after some seconds
        while True:
            found = {finding.part: finding for finding in (await examine()).findings}
            if not found["dead letters"].well and not found["unrouted messages"].well:
                break
            await asyncio.sleep(0.3)
    assert found["dead letters"].words == "1 in intake.dead"
    assert "otm dead-letters" in found["unrouted messages"].remedy
    assert "nobody consumes" in found["consumers"].words
    assert [found[part].well for part in ("broker", "broker alarms", "store", "disk", "versions")] == [True] * 5
    assert "OTM_PLANNER_URL" in found["planner"].remedy


async def test_a_command_without_anything_that_runs_says_what_to_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTM_HOME", str(tmp_path))
    for name in ("AMQP", "MANAGEMENT", "MONGO"):
        monkeypatch.delenv(f"OTM_{name}_URL", raising=False)
    said = await asyncio.to_thread(CliRunner().invoke, app, ["doctor", "--json"])
    found = {finding["part"]: finding for finding in json.loads(said.stdout)["findings"]}
    assert (said.exit_code, found["broker"]["well"], found["store"]["well"]) == (1, False, False)
    assert "OTM_AMQP_URL" in found["broker"]["words"]


@pytest.mark.stack
async def test_addresses_that_do_not_answer_are_shown_without_their_passwords() -> None:
    refused = await broker.reached("amqp://otm:secret@127.0.0.1:1/otm")
    away = await store.examined("mongodb://otm:secret@127.0.0.1:1/?serverSelectionTimeoutMS=200")
    (service, *_) = await services.examined({"planner": "http://127.0.0.1:1"})
    assert "secret" not in f"{refused}{away}"
    assert not refused.well
    assert not away[0].well
    assert (service.part, "otm logs planner" in service.remedy) == ("planner", True)


async def test_a_wrong_password_is_told_in_the_words_of_the_broker(ground: Ground) -> None:
    host = ground.amqp_url.partition("@")[2].partition("/")[0]
    assert "ACCESS_REFUSED" in (await broker.reached(f"amqp://nobody:wrong@{host}/%2F")).words


def test_a_clock_that_is_off_is_named() -> None:
    now = datetime(2026, 9, 7, 10, tzinfo=UTC)
    assert drift_of("store", now + timedelta(seconds=2), now).well
    ahead = drift_of("store", now + timedelta(hours=1), now)
    assert (ahead.words, ahead.well) == ("store is 3600 s ahead", False)
    assert clock_of("planner", "no date") is None
    assert clock_of("planner", None) is None


def test_an_outbox_that_waits_or_that_nobody_measures_is_named() -> None:
    text = "# TYPE otm_outbox_oldest_seconds gauge\notm_outbox_oldest_seconds 90\notm_outbox_aside_rows 2\n"
    read = services.readings(text)
    found = services.outbox({"planner": {}, "planner-2": read, "intake": {}})
    assert found.words == (
        "planner's oldest event waits for 90 s; 2 commits of planner were refused by the broker; "
        "nobody measures the outbox of intake"
    )
    assert services.outbox({"planner": {"otm_outbox_oldest_seconds": 0.2}}).well


def test_a_service_that_is_not_well_is_named_by_its_parts() -> None:
    ill = httpx.Response(503, json={"status": "not-ready", "parts": {"store": "no primary", "broker": "ok"}})
    assert (services.health("planner", ill).words, services.health("planner", ill).well) == ("store: no primary", False)
    with pytest.raises(ValueError, match="Report"):
        services.health("planner", httpx.Response(200, json=["no", "report"]))


def test_versions_that_are_too_old_are_named() -> None:
    assert not broker.version("3.9.1").well
    assert broker.version("4.1.0").well
    assert machine.versions().well
    assert "pip install" in machine.versions("no-such-distribution").remedy
