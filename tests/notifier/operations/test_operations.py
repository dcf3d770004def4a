"""Operations as those on call see them: live over HTTP and on their page, with the replay of dead letters."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aio_pika
import httpx
import pytest
from aio_pika.abc import AbstractChannel
from pydantic import SecretStr

from deploy.catalogue import consumers
from deploy.local.operate.queues.survey import survey
from services.notifier.app import build_app
from services.notifier.operations import feed
from services.notifier.operations.feed import Feed
from services.notifier.operations.replays import Replays
from services.notifier.operations.repository.broker import OperatorsBroker
from services.notifier.settings import Settings
from shared.contracts import CampaignPaused, CampaignSlowed
from shared.events import first_event
from shared.messaging.declaring import declare
from shared.messaging.envelope import sealed, to_message
from shared.messaging.settlement import DIED_AT, EXCEPTION, ORIGIN, REASON
from shared.running.settings import BusSettings
from shared.storage.audit.trail import MongoAuditTrail
from tests.notifier.given.desk import Desk
from tests.support.browsing import Browser
from tests.support.ground import Ground
from tests.support.inside import Corner, Inside, inside
from tests.support.probe import probe
from tests.support.samples import sample

QUEUE, CAMPAIGN = "intake.campaign.paused.v1", "OTM-26-0001"


@pytest.fixture(autouse=True)
def _asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(feed, "GROUPED_SECONDS", 0.0)


@pytest.fixture
async def channel(amqp_url: str) -> AsyncIterator[AbstractChannel]:
    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        await declare(channel, *consumers())
        yield channel


@pytest.fixture
async def notifier(tmp_path: Path, mongo_url: str, database: str, amqp_url: str) -> AsyncIterator[Inside]:
    corner = Corner.made(tmp_path, mongo_url, database)
    made = corner.settings(Settings, amqp_url=amqp_url, site={"personas": True})
    async with inside(build_app(made), corner) as running:
        yield running


async def die(channel: AbstractChannel, reason: str = "wave 12 is void") -> str:
    """Puts an event among the dead letters of intake; returns its id."""
    event = first_event(sample(CampaignPaused, campaign=CAMPAIGN), "planner", probe(1).time)
    message = to_message(sealed(event))
    message.headers |= {ORIGIN: QUEUE, REASON: reason, EXCEPTION: "Conflict", DIED_AT: "2026-09-01T10:00:00+00:00"}
    await channel.default_exchange.publish(message, "intake.dead")
    return event.id


async def test_an_operator_replays_a_group_once_however_often_the_form_is_sent(
    notifier: Inside, channel: AbstractChannel
) -> None:
    ids = {await die(channel) for _ in range(3)}
    await die(channel, "another rule is broken")
    async with Browser(notifier.service) as operator:
        page = await operator.sign_in("operator")
        assert (page.path, page.heading) == ("/operations", "Operations")
        assert f"{QUEUE} Conflict: wave … is void {CAMPAIGN} 3" in page.words
        assert f"{QUEUE} intake acts late on decisions about campaigns 0 0 0.0 0.0 0 Nobody consumes it" in page.words
        assert "set OTM_OPERATIONS_MANAGEMENT_URL" in page.words
        form = next(each for each in page.forms() if ("cause", "Conflict: wave … is void") in each.fields)
        asked = await operator.post(form.action, form.fields)
        assert "3 letters of" in asked.words
        wrong = await operator.send(asked, "/operations/replays", rate="1000")
        assert (wrong.status, "Choose how many a second" in wrong.words) == (422, True)
        assert not (await notifier.part(Feed).now()).replays
        sent = [await operator.send(asked, "/operations/replays", rate="200") for _ in range(2)]
        assert [page.path for page in sent] == ["/operations"] * 2
        replays = notifier.part(Replays)
        assert [await replays.step() for _ in range(2)] == [True, False]
        after = await operator.get("/operations")
        assert f"Done 3 put back in {QUEUE}, ordered by operator" in after.words
        assert "another rule is broken" in after.words
        gone = await operator.post(form.action, form.fields)
        assert (gone.status, "not there any more" in gone.words) == (404, True)
    queue = await channel.declare_queue(QUEUE, passive=True)
    back = [message async for message in drained(queue)]
    assert set(back) == ids
    trail = [entry async for entry in notifier.part(MongoAuditTrail).entries()]
    assert {entry.what for entry in trail} == {"dead-letters.replay-ordered", "dead-letters.replayed"}
    assert {event for entry in trail for event in entry.details.get("events", ())} == ids
    assert {entry.who for entry in trail} == {"operator"}


async def drained(queue: aio_pika.abc.AbstractQueue) -> AsyncIterator[str]:
    while message := await queue.get(no_ack=True, fail=False):
        yield message.message_id or ""


async def test_a_replay_to_a_queue_that_is_gone_fails_with_the_reason_and_keeps_the_letters(
    notifier: Inside, channel: AbstractChannel
) -> None:
    await die(channel)
    await channel.queue_delete(QUEUE)
    async with Browser(notifier.service) as operator:
        page = await operator.sign_in("operator")
        asked = await operator.send(page, "/operations/preview")
        await operator.send(asked, "/operations/replays", rate="20")
        assert await notifier.part(Replays).step()
        after = await operator.get("/operations")
    assert "Failed 0 put back" in after.words
    assert "is not there" in after.words
    assert f"{QUEUE} Conflict: wave … is void" in after.words


async def test_the_state_is_followed_as_it_changes_by_programs_and_by_the_page(
    notifier: Inside, channel: AbstractChannel
) -> None:
    accept = {"Accept": "text/event-stream"}
    async with (
        notifier.listening() as url,
        httpx.AsyncClient(base_url=url, headers=notifier.key("operator") | accept, timeout=30) as client,
        client.stream("GET", "/v1/operations/state") as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = (line async for line in answer.aiter_lines() if line.startswith("data: "))
        first = json.loads((await anext(lines)).removeprefix("data: "))
        assert first["dead"] == []
        await die(channel)
        async with asyncio.timeout(30):
            while not (state := json.loads((await anext(lines)).removeprefix("data: ")))["dead"]:
                pass
        assert state["dead"][0] | {"oldest": None} == {
            "queue": QUEUE, "cause": "Conflict: wave … is void", "campaign": CAMPAIGN, "count": 1, "oldest": None,
        }  # fmt: skip
        async with Browser(url=url) as operator:
            await operator.sign_in("operator")
            async with (
                httpx.AsyncClient(base_url=url, cookies=operator.cookies, headers=accept) as page,
                page.stream("GET", "/operations") as followed,
            ):
                part = (line async for line in followed.aiter_lines() if "wave … is void" in line)
                assert (await anext(part)).startswith("data: ")


async def test_the_figures_are_those_of_otm_queues(
    notifier: Inside, channel: AbstractChannel, ground: Ground, monkeypatch: pytest.MonkeyPatch, amqp_url: str
) -> None:
    for name, value in (("AMQP", amqp_url), ("MANAGEMENT", ground.management_url)):
        monkeypatch.setenv(f"OTM_{name}_URL", value)
    await die(channel)
    await channel.default_exchange.publish(aio_pika.Message(b"{}"), QUEUE)
    broker = OperatorsBroker(BusSettings(amqp_url=SecretStr(amqp_url)), ground.management_url)
    async with asyncio.timeout(60):  # the broker's statistics follow after some seconds
        while True:
            shown = {queue.name: queue for queue in (await broker.figures()).queues}
            if shown[QUEUE].oldest_seconds is not None and shown["intake.dead"].oldest_seconds is not None:
                break
            await asyncio.sleep(0.3)
    told = {queue.name: queue for queue in (await survey()).queues}
    assert {name: queue.waiting for name, queue in shown.items()} == {n: queue.waiting for n, queue in told.items()}
    assert (shown[QUEUE].waiting, shown[QUEUE].impact) == (1, told[QUEUE].impact)
    assert {name for name, queue in shown.items() if queue.left_over} == {"intake.dead"}
    (intake,) = (each for each in (await broker.figures()).services if each.name == "intake")
    assert (intake.waiting, intake.retries, intake.dead) == (1, 0, 1)


async def test_a_management_api_that_does_not_answer_leaves_the_depths(channel: AbstractChannel, amqp_url: str) -> None:
    await die(channel)
    broker = OperatorsBroker(BusSettings(amqp_url=SecretStr(amqp_url)), "http://127.0.0.1:1")
    found = await broker.figures()
    assert "cannot be reached" in found.unknown
    assert [queue.waiting for queue in found.queues if queue.left_over] == [1]


async def test_nobody_else_sees_or_mends_anything(notifier: Inside, channel: AbstractChannel) -> None:
    for subject, status in ((None, 401), ("helpline", 403), ("operator", 200)):
        async with notifier.caller(subject) as caller:
            assert (await caller.get("/v1/operations/state")).status_code == status
    async with Browser(notifier.service) as handler:
        await handler.sign_in("call-handler")
        assert (await handler.get("/operations")).status == 403
        forged = await handler.post("/operations/replays", [("queue", QUEUE), ("rate", "20")])
        assert forged.status == 403


async def test_while_the_broker_is_away_the_state_says_so_and_the_loop_is_shown(desk: Desk) -> None:
    await desk.approved(campaign=CAMPAIGN)
    await desk.campaigns.keep_decision("launched", sample(CampaignPaused, campaign=CAMPAIGN, version=5))
    await desk.campaigns.keep_slowing(sample(CampaignSlowed, campaign=CAMPAIGN, daily_limit=300, version=6))
    found = await desk.notifier.part(Feed).now()
    assert "the broker cannot be asked" in found.broker
    assert [(loop.campaign, loop.course, loop.daily_limit) for loop in found.loop] == [(CAMPAIGN, "launched", 300)]
    assert found.queues == ()


def test_an_address_of_the_broker_for_operations_that_is_open_to_others_is_refused(corner: Corner) -> None:
    with pytest.raises(ValueError, match="leaves this machine without TLS"):
        corner.settings(Settings, operations_amqp_url="amqp://operations:s3cret@broker.example/otm")
    with pytest.raises(ValueError, match="OTM_OPERATIONS_MANAGEMENT_URL leaves this machine without TLS"):
        corner.settings(Settings, operations_management_url="http://operations:s3cret@broker.example:15672")
    here = corner.settings(Settings, operations_amqp_url="amqp://operations:s3cret@127.0.0.1/otm")
    assert here.for_operations.amqp_url.get_secret_value().startswith("amqp://operations:")
