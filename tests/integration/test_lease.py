"""Leases: one of all replicas does a job, and when it is gone another."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from shared.storage import lease as module
from shared.storage.lease import Lease
from shared.storage.store import Collection, Store

NO_TIME, LONG = timedelta(0), timedelta(minutes=10)


@pytest.fixture
async def leases(mongo_url: str, database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Collection]:
    """Where leases are kept; they last far longer than a test."""
    monkeypatch.setattr(module, "LASTS", LONG)
    store = Store(mongo_url, database)
    yield store["leases"]
    store.close()


@pytest.fixture
def claimants(leases: Collection) -> list[Lease]:
    """Returns claimants of one and the same lease."""
    return [Lease(leases, "relay") for _ in range(8)]


async def test_of_many_who_ask_at_once_one_has_it_and_keeps_it(leases: Collection, claimants: list[Lease]) -> None:
    first, again = [await asyncio.gather(*(each.held() for each in claimants)) for _ in range(2)]
    assert sum(first) == 1
    assert again == first
    assert await Lease(leases, "watch").held()  # another job is another lease


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
    leases: Collection, claimants: list[Lease], monkeypatch: pytest.MonkeyPatch
) -> None:
    holder, other, *_ = claimants
    monkeypatch.setattr(module, "LASTS", NO_TIME)
    assert await holder.held()
    soon = datetime.now(UTC) + timedelta(minutes=1)
    await leases.update_one({"_id": "relay"}, {"$set": {"until": soon}})
    monkeypatch.setattr(module, "LASTS", LONG)
    assert not await other.held()
    assert await holder.held()
    renewed = await leases.find_one({"_id": "relay"})
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
