"""Leases: one of all replicas does a job, and when it is gone another."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, tzinfo
from time import monotonic
from types import SimpleNamespace
from typing import Any, Self

import pytest

from shared.storage import lease as module
from shared.storage import server_time
from shared.storage.lease import Lease
from shared.storage.server_time import ServerTime
from shared.storage.store import Store

NO_TIME, LONG = timedelta(0), timedelta(minutes=10)


@pytest.fixture
async def store(mongo_url: str, database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    """Where leases are kept; they last far longer than a test."""
    monkeypatch.setattr(module, "LASTS", LONG)
    store = Store(mongo_url, database)
    yield store
    store.close()


@pytest.fixture
def claimants(store: Store) -> list[Lease]:
    """Returns claimants of one and the same lease."""
    return [Lease(store, "relay") for _ in range(8)]


async def test_of_many_who_ask_at_once_one_has_it_and_keeps_it(store: Store, claimants: list[Lease]) -> None:
    first, again = [await asyncio.gather(*(each.held() for each in claimants)) for _ in range(2)]
    assert sum(first) == 1
    assert again == first
    assert await Lease(store, "watch").held()  # another job is another lease


async def test_the_lease_of_one_who_died_runs_out_and_is_taken_over(
    claimants: list[Lease], monkeypatch: pytest.MonkeyPatch
) -> None:
    dead, next_one, late, *_ = claimants
    monkeypatch.setattr(module, "LASTS", NO_TIME)
    assert await dead.held()
    monkeypatch.setattr(module, "LASTS", LONG)
    assert await next_one.held()
    assert not await late.held()
    assert not await dead.held()  # it was only slow, and sees that it is too late


async def test_a_lease_is_renewed_by_its_holder_before_it_runs_out(
    store: Store, claimants: list[Lease], monkeypatch: pytest.MonkeyPatch
) -> None:
    holder, other, *_ = claimants
    monkeypatch.setattr(module, "LASTS", NO_TIME)
    assert await holder.held()
    soon = datetime.now(UTC) + timedelta(minutes=1)
    await store["leases"].update_one({"_id": "relay"}, {"$set": {"until": soon}})
    monkeypatch.setattr(module, "LASTS", LONG)
    assert not await other.held()
    assert await holder.held()
    renewed = await store["leases"].find_one({"_id": "relay"})
    assert renewed is not None
    assert renewed["until"].replace(tzinfo=UTC) > soon


async def test_a_lease_that_is_given_back_is_free_at_once_and_only_its_holder_can_give_it_back(
    claimants: list[Lease],
) -> None:
    holder, other, *_ = claimants
    assert await holder.held()
    await other.release()
    assert not await other.held()
    await holder.release()
    assert await other.held()
    assert not await holder.held()


async def test_leases_run_out_by_the_stores_time_whatever_the_clocks_of_the_claimants_say(
    store: Store, claimants: list[Lease], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fast(datetime):
        """The clock of a machine that is a day ahead."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(days=1)

    holder, other, *_ = claimants
    assert await holder.held()
    for each in (module, server_time):
        monkeypatch.setattr(each, "datetime", Fast, raising=False)
    store.time = ServerTime(store.database)
    assert not await Lease(store, "relay").held()
    assert abs(await store.time.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert not await other.held()


async def test_the_store_is_asked_for_its_time_now_and_then(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    command, passed = store.database.command, 0.0

    async def counted(name: str) -> Any:
        asked.append(name)
        return await command(name)

    monkeypatch.setattr(store.database, "command", counted)
    monkeypatch.setattr(server_time, "time", SimpleNamespace(monotonic=lambda: monotonic() + passed))
    clock = ServerTime(store.database)
    first = await clock.now()
    passed = server_time.ASK_EVERY_SECONDS - 5
    assert timedelta(seconds=passed) <= await clock.now() - first < timedelta(seconds=passed + 5)
    assert asked == ["hello"]
    passed = server_time.ASK_EVERY_SECONDS
    assert await clock.now() - first < timedelta(seconds=5), "the store says that no time has passed"
