"""A commit whose answer is dropped, late or doubled between driver and store keeps everything once, or says so."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import (
    BulkWriteError,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    WriteConcernError,
)

from services.intake.app import build_app as build_intake
from services.intake.settings import Settings as IntakeSettings
from services.planner.app import build_app
from services.planner.settings import Settings
from shared.errors import Unavailable
from shared.storage import store as store_module
from shared.storage import transactions
from shared.storage.store import Session, Store
from shared.storage.transactions import OutcomeUnknown
from shared.storage.unavailable import store_is_unavailable
from tests.intake.given.letters import CALLED, report
from tests.planner.given.plans import plan
from tests.support.inside import Corner, inside
from tests.support.probe import probe
from tests.support.store_proxy import Deed, StoreProxy, store_proxy


@pytest.fixture(autouse=True)
def short_time_outs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver gives up a commit that is never answered within seconds."""
    monkeypatch.setattr(store_module, "ANSWER_WITHIN", 3_000)
    monkeypatch.setattr(store_module, "SELECT_WITHIN", 3_000)


@pytest.fixture
def proxy(mongo_url: str) -> Iterator[StoreProxy]:
    with store_proxy(mongo_url) as proxy:
        yield proxy


@pytest.fixture
async def store(proxy: StoreProxy, database: str) -> AsyncIterator[Store]:
    """A store behind the proxy, whose documents of a kind without a key of their own would be there twice."""
    store = Store(proxy.url, database)
    await store.prepare()
    yield store
    store.close()


async def kept(store: Store, number: int) -> None:
    async def write(session: Session) -> None:
        await store["things"].insert_one({"number": number}, session=session)

    await store.commit(write, probe(number))


async def numbers(mongo_url: str, database: str) -> list[int]:
    async with AsyncMongoClient[dict[str, int]](mongo_url) as client:
        return sorted([row["number"] async for row in client[database]["things"].find()])


@pytest.mark.parametrize("deed", ["drop", "delay", "double", "lose", "fail"])
async def test_a_commit_is_kept_once_whatever_happens_to_its_reply(
    store: Store, proxy: StoreProxy, mongo_url: str, database: str, deed: Deed
) -> None:
    await kept(store, 1)
    proxy.deeds = [deed] * 3
    await kept(store, 2)
    await kept(store, 3)
    assert await numbers(mongo_url, database) == [1, 2, 3]
    straight = Store(mongo_url, database)  # past the proxy: a doubled reply still waits in the connection through it
    said = [envelope.body for row in await straight.outbox.oldest(10) for envelope in row.envelopes]
    straight.close()
    assert len(said) == len(set(said)) == 3


async def test_a_commit_whose_reply_never_comes_is_looked_up(
    store: Store, proxy: StoreProxy, mongo_url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "COMMIT_SECONDS", 1.0)
    proxy.always = "drop"
    await kept(store, 1)
    assert await numbers(mongo_url, database) == [1]


async def test_a_commit_that_cannot_be_looked_up_says_that_nobody_knows(
    store: Store, proxy: StoreProxy, mongo_url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "COMMIT_SECONDS", 0.5)
    monkeypatch.setattr(transactions, "LOOK_UP_SECONDS", 0.0)
    proxy.always = "drop"
    with pytest.raises(OutcomeUnknown, match="look for it before it is sent again") as raised:
        await kept(store, 1)
    assert store_is_unavailable(raised.value)
    assert isinstance(raised.value, Unavailable)
    assert await numbers(mongo_url, database) == [1]


async def test_without_a_key_a_request_whose_commit_lost_its_reply_is_answered_and_kept_once(
    tmp_path: Path, proxy: StoreProxy, database: str
) -> None:
    corner = Corner.made(tmp_path, proxy.url, database)
    async with inside(build_app(corner.settings(Settings)), corner) as planner, planner.caller("designer") as designer:
        proxy.deeds = ["drop", "drop"]
        created = await designer.post("/v1/campaigns", json=plan())
        assert created.status_code == 201, created.text
        found = await designer.get("/v1/campaigns")
        assert [each["reference"] for each in found.json()] == [created.json()["reference"]]
    assert proxy.commits >= 3


@pytest.mark.parametrize("deed", ["drop", "delay", "double", "lose"])
@pytest.mark.parametrize("path", ["/v1/contacts", "/v1/contacts/batch"])
async def test_a_contact_without_a_key_is_kept_and_told_once_whatever_happens_to_the_reply(
    tmp_path: Path, proxy: StoreProxy, mongo_url: str, database: str, path: str, deed: Deed
) -> None:
    corner = Corner.made(tmp_path, proxy.url, database)
    corner.move_clock(CALLED)
    service = build_intake(corner.settings(IntakeSettings))
    async with inside(service, corner) as intake, intake.caller("helpline") as helpline:
        proxy.deeds = [deed] * 2
        answer = await helpline.post(path, json=report(letter_reference=None))
    kept = answer.json()
    assert (answer.status_code, kept.get("status", 201)) == (201 if path == "/v1/contacts" else 200, 201), answer.text
    straight = Store(mongo_url, database)
    assert sum([row.get("block", 1) async for row in straight["contacts"].find()]) == 1
    said = [envelope.type for row in await straight.outbox.oldest(10) for envelope in row.envelopes]
    straight.close()
    assert len(said) == len(set(said))


async def test_transactions_in_each_others_way_are_all_done(store: Store) -> None:
    await store["counters"].insert_one({"_id": "n", "last": 0})

    async def one_more(session: Session) -> None:
        found = await store["counters"].find_one({"_id": "n"}, session=session)
        assert found is not None
        await asyncio.sleep(0.01)
        await store["counters"].update_one({"_id": "n"}, {"$set": {"last": found["last"] + 1}}, session=session)

    await asyncio.gather(*(store.commit(one_more) for _ in range(8)))
    assert (await store["counters"].find_one({"_id": "n"}) or {})["last"] == 8


@pytest.mark.parametrize(
    ("error", "unavailable"),
    [
        (NetworkTimeout("no answer"), True),
        (ExecutionTimeout("operation exceeded time limit", 50), True),
        (NotPrimaryError("not primary"), True),
        (WriteConcernError("waiting for replication timed out", 64), True),
        (OperationFailure("interrupted at shutdown", 11600), True),
        (OperationFailure("stepping down", 20, {"errorLabels": ["RetryableWriteError"]}), True),
        (OperationFailure("internal server error", 1), True),
        (OperationFailure("no space left", 14031), True),
        (BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 64}]}), True),
        (BulkWriteError({"writeErrors": [{"code": 189}]}), True),
        (BulkWriteError({"writeErrors": [{"code": 11000}]}), False),
        (BulkWriteError({"writeErrors": [{"code": 11000}, {"code": 14031}]}), True),
        (BulkWriteError({"writeErrors": [{"code": 121}, {"code": 14031}]}), False),
        (DuplicateKeyError("E11000"), False),
        (OperationFailure("no such command", 59), False),
        (ValueError("anything else"), False),
    ],
)
def test_errors_of_a_store_in_trouble_are_told_from_others(error: Exception, unavailable: bool) -> None:
    assert store_is_unavailable(error) is unavailable
