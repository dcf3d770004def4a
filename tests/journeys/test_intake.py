"""Intake alone, as a process: whatever dies or is away, everything that was answered for is kept once and said once,
and nothing else is."""

import asyncio
import time
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

import pytest

from deploy.local.processes import supervised
from deploy.local.processes.backoff import Backoff
from deploy.local.stack.home import Home
from deploy.local.stack.machine import Machine
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.state import unwatched
from deploy.local.stack.ways import choose
from deploy.local.store.store import Store
from deploy.local.store.ways import store_ways
from tests.intake.given.letters import report
from tests.journeys.intake_alone import LETTERS, Alone, alone
from tests.journeys.intake_books import Book
from tests.journeys.intake_callers import Customer, Streams
from tests.support.ground import Ground

POINTS = (
    "outbox: committed, not said", "relay: said, not forgotten", "attachment: uploaded, not known",
    "referral: moved, not answered", "correction: kept, not answered", "outcomes: kept, not answered",
)  # fmt: skip
MORE_POINTS = (
    *POINTS, "contacts: kept, not answered", "attachment: known, not answered", "referral: raised, not answered",
    "report: kept, not answered",
)  # fmt: skip


@pytest.fixture(autouse=True)
def started_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restarts processes at once: one that dies as often as here would otherwise be left alone for ever longer."""
    monkeypatch.setattr(supervised, "Backoff", partial(Backoff, first=0.1, longest=0.1))


def dying_at(*points: str) -> list[str]:
    return [f"--die-at={point}" for point in points]


@pytest.mark.long
async def test_what_is_answered_for_between_crashes_is_kept_once_and_said_once(
    ground: Ground, amqp_url: str, tmp_path: Path
) -> None:
    """One request at a time, so that no transaction is open: its locks would stay for a minute."""
    async with alone(amqp_url, ground.mongo_url, tmp_path, *dying_at(*POINTS)) as intake:
        book = Book()
        first = await intake.insist("helpline", "/v1/contacts", "first", json=report())
        book.note_unordered(f"contact {first.json()['contact']}")
        await intake.quiet()  # it dies as it says this
        await Customer(intake, book, LETTERS[0]).story(1)
        await Streams(intake, book, size=600).story(1)
        assert await book.differences(intake) == {}
        assert len(list((tmp_path / "markers").iterdir())) == len(POINTS)
        assert intake.services.replica("intake").restarts == len(POINTS)


@pytest.mark.long
async def test_without_the_outbox_the_same_would_be_noticed(ground: Ground, amqp_url: str, tmp_path: Path) -> None:
    async with alone(amqp_url, ground.mongo_url, tmp_path, "--without", "outbox") as intake:
        book = Book()
        await Customer(intake, book, LETTERS[0]).story(1)
        assert (await book.differences(intake)).keys() == {"not said"}
        assert intake.services.replica("intake").restarts == 1


@pytest.mark.long
async def test_killed_under_load_at_crash_points_and_at_random_everything_answered_is_kept_once_and_said_once(
    ground: Ground, amqp_url: str, tmp_path: Path
) -> None:
    """Transactions are cut short, and what they would have written is locked for a minute."""
    random, calls = Random(5), 6
    async with alone(amqp_url, ground.mongo_url, tmp_path, *dying_at(*MORE_POINTS)) as intake:
        book = Book()

        async def tell(teller: Customer | Streams) -> None:
            for call in range(calls):
                await teller.story(call)

        tellers: list[Customer | Streams] = [
            *(Customer(intake, book, letter) for letter in LETTERS),
            Streams(intake, book, size=1_200),
        ]
        telling = asyncio.gather(*map(tell, tellers))
        for _ in range(3):
            await intake.services.wait_ready()
            await asyncio.sleep(random.uniform(0.3, 5))
            await intake.services.kill("intake")
        await telling
        assert len(list((tmp_path / "markers").iterdir())) == len(MORE_POINTS)
        assert intake.services.replica("intake").restarts >= len(MORE_POINTS)
        assert await book.differences(intake) == {}


@pytest.mark.long
@pytest.mark.parametrize("away", [3.0, 60.0])
async def test_with_the_broker_away_everything_is_accepted_and_said_later_in_order_for_each_customer(
    ground: Ground, amqp_url: str, tmp_path: Path, away: float
) -> None:
    """For so many seconds; callers begin before that, and never stop."""
    assert ground.broker is not None, "the broker was given, and is not ours to stop"
    async with alone(amqp_url, ground.mongo_url, tmp_path) as intake:
        book, over = Book(), asyncio.Event()

        async def keep_telling(teller: Customer | Streams) -> None:
            for call in count():
                await teller.story(call)
                if over.is_set():
                    return
                await asyncio.sleep(0.5)  # or a fast machine tells so much that the end takes a minute

        tellers: list[Customer | Streams] = [Customer(intake, book, letter) for letter in LETTERS[:5]]
        telling = asyncio.gather(*map(keep_telling, [*tellers, Streams(intake, book, size=200)]))
        await ground.broker.stop()
        try:
            await asyncio.sleep(away)
            health = await intake.client("operator").get("/health/ready")
            assert (health.status_code, health.json()["status"]) == (200, "degraded")
            assert await intake.count("outbox") > len(tellers)
        finally:
            await ground.broker.start()
            over.set()
        await telling
        assert await book.differences(intake) == {}
        assert intake.services.replica("intake").restarts == 0


@pytest.mark.long
async def test_with_the_store_away_callers_are_told_to_come_back_and_are_served_when_it_is(
    amqp_url: str, tmp_path: Path
) -> None:
    home = Home(tmp_path / "store")
    home.prepare()
    settings = LocalSettings()
    store = choose("MongoDB store", store_ways(home, settings, Machine(), unwatched), settings.store).build()
    await store.start()
    try:
        async with alone(amqp_url, store.url, tmp_path / "intake") as intake:
            await _through_an_outage(store, intake)
    finally:
        await store.stop()


async def _through_an_outage(store: Store, intake: Alone) -> None:
    client, book, path = intake.client("helpline"), Book(), "/v1/contacts"
    first = await intake.insist("helpline", path, "call-1", json=report())
    await store.stop()
    began = time.monotonic()
    refused = await client.post(path, json=report(), headers={"Idempotency-Key": "call-2"})
    assert time.monotonic() - began < 30
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    assert (await client.get("/health/ready")).status_code == 503
    assert (await client.get("/health/live")).status_code == 200
    await store.start()
    second = await intake.insist("helpline", path, "call-2", json=report())
    again = await intake.insist("helpline", path, "call-1", json=report())
    assert (second.status_code, again.json()) == (201, first.json())
    assert (await client.get("/health/ready")).status_code == 200
    book.note_unordered(*(f"contact {answer.json()['contact']}" for answer in (first, second)))
    assert await book.differences(intake) == {}
    assert intake.services.replica("intake").restarts == 0
