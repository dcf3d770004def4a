"""Customers whom one campaign writes to are left alone by others for a while."""

from datetime import UTC, datetime

from services.dispatcher.suppression.repository.suppressions import MongoSuppressions
from tests.dispatcher.given.known_customers import approve, late, load_of, suppressions
from tests.dispatcher.given.loading import POPULATION, put
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.clocks import NOON, StoppedClock
from tests.support.inside import Inside

OTHER = "OTM-26-0077"


async def load_other(dispatcher: Inside, **schema: object) -> None:
    """The other campaign's population: customers 3 to 7, in rows 1 to 5."""
    await approve(dispatcher, OTHER)
    path = POPULATION.replace(CAMPAIGN, OTHER)
    async with dispatcher.caller("analyst") as analyst:
        if schema:
            await analyst.put(f"{path}/schema", json={"reference": {"kind": "utr"}, **schema})
        loaded = await analyst.put(path, content=file([row(n) for n in range(3, 8)]))
    assert loaded.status_code == 201, loaded.text


async def test_customers_contacted_by_one_campaign_are_not_randomised_in_the_next(dispatcher: Inside) -> None:
    await put(dispatcher, file([row(n) for n in range(1, 6)]))
    load = await load_of(dispatcher, CAMPAIGN)
    await dispatcher.part(MongoSuppressions).contacted(CAMPAIGN, load, (3, 4), datetime.now(UTC))
    await load_other(dispatcher)
    async with dispatcher.caller("analyst") as analyst:
        report = (await analyst.get(POPULATION.replace(CAMPAIGN, OTHER))).json()
    assert report["suppressed"] == [{"reason": "recently-contacted", "count": 2}]


async def test_customers_contacted_meanwhile_are_left_alone_by_others_and_not_by_their_own_campaign(
    dispatcher: Inside,
) -> None:
    clock = StoppedClock()
    await put(dispatcher, file([row(n) for n in range(1, 6)]))
    await load_other(dispatcher)
    one, another = suppressions(dispatcher, clock), suppressions(dispatcher, clock)
    assert await late(another, dispatcher, OTHER, NOON, range(1, 6)) == {}
    load = await load_of(dispatcher, CAMPAIGN)
    await one.contacted(CAMPAIGN, load, (3, 4), NOON)
    await one.contacted(CAMPAIGN, load, (3, 4), NOON)  # a redo
    await one.contacted(CAMPAIGN, load, (5,), NOON)
    assert await late(another, dispatcher, OTHER, NOON, range(1, 6)) == {}, "what it knows is a moment old"
    clock.move(seconds=2)
    seen = dict.fromkeys((1, 2, 3), "recently-contacted")
    assert await late(one, dispatcher, OTHER, NOON, range(1, 6)) == seen
    assert await late(another, dispatcher, OTHER, NOON, range(1, 6)) == seen
    assert await late(another, dispatcher, CAMPAIGN, NOON, range(1, 6)) == {}
    assert await late(suppressions(dispatcher, clock), dispatcher, OTHER, NOON, range(1, 6)) == seen
    later = NOON.replace(month=10, day=5)  # 28 days
    assert await late(another, dispatcher, OTHER, later, range(1, 6)) == {}


async def test_a_campaign_may_leave_customers_alone_for_longer_or_not_at_all(dispatcher: Inside) -> None:
    clock = StoppedClock()
    await put(dispatcher, file([row(n) for n in range(1, 6)]))
    load = await load_of(dispatcher, CAMPAIGN)
    replica = suppressions(dispatcher, clock)
    await replica.contacted(CAMPAIGN, load, (3, 4), NOON)
    await load_other(dispatcher, recently_contacted_days=0)
    async with dispatcher.caller("analyst") as analyst:
        assert (await analyst.get(POPULATION.replace(CAMPAIGN, OTHER))).json()["suppressed"] == []
    assert await late(replica, dispatcher, OTHER, NOON, range(1, 6)) == {}
