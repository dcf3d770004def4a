"""Seals name how far each chain of an audit trail has grown, and are counted once they are made."""

from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry

from shared.errors import Unavailable
from shared.storage.audit.sealing import IDLE_LOOKS
from shared.storage.audit.trail import MongoAuditTrail
from shared.storage.store import Store
from shared.trail import Entry
from tests.integration.audit.given import KEY, grown, trail_of


async def test_a_chain_that_does_not_grow_is_forgotten_until_it_grows_again(store: Store) -> None:
    trail = trail_of(store)
    await grown(trail, 1)
    for _ in range(IDLE_LOOKS + 2):
        await trail.seal()
    assert await store["audit_growing"].count_documents({}) == 0
    assert await store["audit"].count_documents({}) == 1, "nothing has grown since"
    trail._said = float("-inf")  # as a minute later
    await grown(trail, 1)
    assert await trail.seal() == 2
    assert await trail.broken() is None


async def test_a_seal_is_counted_once_it_is_made_and_not_where_the_store_refuses_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail = MongoAuditTrail(store, KEY, registry=(registry := CollectorRegistry()))

    def counted() -> float | None:
        return registry.get_sample_value("otm_audit_seals_total")

    await trail.append(datetime.now(UTC), "ann", "looked", {})
    await trail.step()
    await trail.step()  # with nothing new
    assert counted() == 2
    await trail.append(datetime.now(UTC), "ann", "looked", {})

    async def refused(*_: object) -> list[Entry]:
        raise Unavailable("the store takes no writes")

    monkeypatch.setattr(trail._seals, "add", refused)
    with pytest.raises(Unavailable):
        await trail.step()
    assert counted() == 2
