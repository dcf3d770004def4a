"""Retention: each type by itself, the oldest first, counted and in the trail; what is restricted stays."""

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from pymongo import IndexModel

from shared.errors import Invalid
from shared.retention.policy import RecordType
from shared.retention.retention import Retention, RetentionMetrics
from shared.storage.audit.trail import AUDIT, MongoAuditTrail
from shared.storage.retention import MongoRetention, expect_indexed
from shared.storage.schema import Schema
from shared.storage.store import Indexes, Store
from tests.support.clocks import StoppedClock

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
SCHEMA = Schema(
    "unused",
    (
        Indexes("letters", (IndexModel("at"),)),
        Indexes("campaigns", (IndexModel("launch"),)),
        Indexes("units", (IndexModel("campaign"),)),
        Indexes("withheld"),
        *AUDIT,
    ),
)
LAUNCHED = {"OLD": "2029-09-22", "NEW": "2029-09-23"}
LETTERS = RecordType(name="letters", collection="letters", since="at", days=100, because="For a test")
OF_CAMPAIGN = {"since": "launch", "day": True, "days": 100, "because": "For a test"}
UNITS = RecordType.model_validate(
    OF_CAMPAIGN
    | {"name": "units", "collection": "units", "owner": {"collection": "campaigns", "key": "_id", "field": "campaign"}}
)
WITHHELD = RecordType.model_validate(
    OF_CAMPAIGN
    | {"name": "withheld", "collection": "withheld"}
    | {"owner": {"collection": "campaigns", "key": "_id", "field": "_id"}}
)


@pytest.fixture
async def store(mongo_url: str, database: str) -> AsyncIterator[Store]:
    """Ten letters, the first of them 109 days old; an old campaign and a new one, with units and tokens of both."""
    store = Store.of(mongo_url, SCHEMA, database)
    await store.prepare()
    letters = [{"_id": n, "at": NOW - timedelta(days=109 - 2 * n), "about": [f"c{n}"]} for n in range(10)]
    await store["letters"].insert_many([*letters, {"_id": 10, "about": []}])
    await store["campaigns"].insert_many(
        [{"_id": "OLD", "launch": "2029-09-22"}, {"_id": "NEW", "launch": "2029-09-23"}]
    )
    await store["units"].insert_many([{"_id": f"{c}{n}", "campaign": c} for c in ("OLD", "NEW") for n in range(3)])
    await store["withheld"].insert_many([{"_id": f"{c}:{n}"} for c in ("OLD", "NEW", "OLDER") for n in range(3)])
    yield store
    store.close()


def retention(store: Store, repository: MongoRetention, *policy: RecordType) -> tuple[Retention, CollectorRegistry]:
    registry, trail = CollectorRegistry(), MongoAuditTrail(store)
    kept = expect_indexed(policy, SCHEMA)
    return Retention("tester", repository, kept, trail, StoppedClock(NOW), RetentionMetrics(registry)), registry


async def ids(store: Store, collection: str) -> list[Any]:
    return [row["_id"] async for row in store[collection].find({}).sort("_id", 1)]


async def test_what_is_old_is_deleted_counted_and_in_the_trail_and_what_is_restricted_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def restricted() -> Collection[str]:
        return ["c1"]

    monkeypatch.setattr(Retention, "RECORDS_PER_STEP", 2)
    kept, registry = retention(store, MongoRetention(store, restricted, ("about",)), LETTERS)
    steps = 0
    while await kept.step():
        steps += 1
    assert await ids(store, "letters") == [1, 5, 6, 7, 8, 9, 10]
    assert steps == 2
    assert registry.get_sample_value("otm_retention_deleted_total", {"type": "letters"}) == 4
    trail = [entry async for entry in MongoAuditTrail(store).entries()]
    assert [(entry.who, entry.what, entry.details["count"]) for entry in trail] == [
        ("tester", "retention.deleted", 2), ("tester", "retention.deleted", 2),
    ]  # fmt: skip


async def test_what_counts_by_its_campaign_goes_with_it(store: Store) -> None:
    kept, _ = retention(store, MongoRetention(store), UNITS, WITHHELD)
    while await kept.step():
        pass
    assert await ids(store, "units") == ["NEW0", "NEW1", "NEW2"]
    assert await ids(store, "withheld") == [f"{c}:{n}" for c in ("NEW", "OLDER") for n in range(3)]


async def test_a_type_that_fails_is_counted_and_leaves_the_others_alone(store: Store) -> None:
    class Failing(MongoRetention):
        async def past(self, kind: RecordType, now: datetime, most: int) -> Mapping[Any, int]:
            if kind is UNITS:
                raise ConnectionError
            return await super().past(kind, now, most)

    kept, registry = retention(store, Failing(store), UNITS, LETTERS)
    while await kept.step():
        pass
    assert await ids(store, "letters") == [5, 6, 7, 8, 9, 10]
    assert (registry.get_sample_value("otm_retention_failed_total", {"type": "units"}) or 0) >= 1


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        (LETTERS.model_copy(update={"since": "sent_at"}), "letters has no index that begins with sent_at"),
        (UNITS.model_copy(update={"since": "ends"}), "campaigns has no index that begins with ends"),
    ],
)
def test_a_policy_that_no_index_answers_is_refused(kind: RecordType, missing: str) -> None:
    with pytest.raises(Invalid, match=missing):
        expect_indexed((kind,), SCHEMA)
