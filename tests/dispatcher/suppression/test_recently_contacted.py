"""Customers whom one campaign writes to are left alone by others for a while."""

import asyncio
from datetime import UTC, datetime

import pytest

from services.dispatcher.population.repository.population import MongoPopulation
from services.dispatcher.suppression.repository.suppressions import MongoSuppressions
from shared.errors import Stale
from tests.dispatcher.given.known_customers import approve, late, load_of, writes_to
from tests.dispatcher.given.loading import POPULATION, put
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.clocks import NOON
from tests.support.inside import Inside

OTHER = "OTM-26-0077"
AFTER_28_DAYS = NOON.replace(month=10, day=5)


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
    await writes_to(dispatcher, CAMPAIGN, (3, 4), datetime.now(UTC))
    await load_other(dispatcher)
    async with dispatcher.caller("analyst") as analyst:
        report = (await analyst.get(POPULATION.replace(CAMPAIGN, OTHER))).json()
    assert report["suppressed"] == [{"reason": "recently-contacted", "count": 2}]


async def test_customers_contacted_meanwhile_are_left_alone_by_others_and_not_by_their_own_campaign(
    dispatcher: Inside,
) -> None:
    await put(dispatcher, file([row(n) for n in range(1, 6)]))
    await load_other(dispatcher)
    known = dispatcher.part(MongoSuppressions)
    assert await late(known, dispatcher, OTHER, NOON, range(1, 6)) == {}
    await writes_to(dispatcher, CAMPAIGN, (3, 4), NOON)
    await writes_to(dispatcher, CAMPAIGN, (3, 4), NOON)  # a redo
    await writes_to(dispatcher, CAMPAIGN, (5,), NOON)
    seen = dict.fromkeys((1, 2, 3), "recently-contacted")
    assert await late(known, dispatcher, OTHER, NOON, range(1, 6)) == seen
    assert await late(known, dispatcher, CAMPAIGN, NOON, range(1, 6)) == {}
    assert await late(known, dispatcher, OTHER, AFTER_28_DAYS, range(1, 6)) == {}


async def test_a_campaign_may_leave_customers_alone_for_longer_or_not_at_all(dispatcher: Inside) -> None:
    await put(dispatcher, file([row(n) for n in range(1, 6)]))
    await writes_to(dispatcher, CAMPAIGN, (3, 4), NOON)
    await load_other(dispatcher, recently_contacted_days=0)
    async with dispatcher.caller("analyst") as analyst:
        assert (await analyst.get(POPULATION.replace(CAMPAIGN, OTHER))).json()["suppressed"] == []
    assert await late(dispatcher.part(MongoSuppressions), dispatcher, OTHER, NOON, range(1, 6)) == {}


async def test_of_two_campaigns_at_the_same_moment_one_writes_to_each_customer_and_the_other_is_told(
    dispatcher: Inside,
) -> None:
    await put(dispatcher, file([row(n) for n in range(1, 6)]))
    await load_other(dispatcher)
    came = await asyncio.gather(
        writes_to(dispatcher, CAMPAIGN, (3, 4, 5), NOON),
        writes_to(dispatcher, OTHER, (3, 4, 5), NOON),  # of whom the first is the other's last
        return_exceptions=True,
    )
    assert [type(each) for each in came if each] == [Stale]
    first, second = (CAMPAIGN, OTHER) if came[1] else (OTHER, CAMPAIGN)
    known, shared = dispatcher.part(MongoSuppressions), {CAMPAIGN: 5, OTHER: 3}
    assert await late(known, dispatcher, first, NOON, (3, 4, 5)) == {}
    assert await late(known, dispatcher, second, NOON, (3, 4, 5)) == {shared[second]: "recently-contacted"}


async def test_a_campaign_that_is_overtaken_keeps_the_customers_whom_the_other_leaves_it(dispatcher: Inside) -> None:
    """So it is overtaken once, however many chunks the other one has in hand."""
    await put(dispatcher, file([row(n) for n in range(1, 6)]))
    await load_other(dispatcher)
    known = dispatcher.part(MongoSuppressions)
    await writes_to(dispatcher, OTHER, (1,), NOON.replace(month=1))  # customer 3, long ago: a note that moves on
    assert await late(known, dispatcher, CAMPAIGN, NOON, range(1, 6)) == {}
    await writes_to(dispatcher, OTHER, (1, 2), NOON)  # customers 3 and 4
    with pytest.raises(Stale):
        await writes_to(dispatcher, CAMPAIGN, range(1, 6), NOON)
    kept = await dispatcher.service.store["last_contacted"].find({}).to_list(None)
    assert sorted(each["campaign"] for each in kept) == [CAMPAIGN] * 3 + [OTHER] * 2
    await writes_to(dispatcher, OTHER, (1, 2), NOON)
    assert await late(known, dispatcher, OTHER, NOON, (1, 2, 3, 4, 5)) == {3: "recently-contacted"}


async def test_a_later_contact_replaces_an_earlier_one_whichever_is_noted_first(dispatcher: Inside) -> None:
    await put(dispatcher, file([row(n) for n in range(1, 6)]))
    await load_other(dispatcher)
    await writes_to(dispatcher, CAMPAIGN, (3, 4), NOON)
    await writes_to(dispatcher, OTHER, (1, 3), AFTER_28_DAYS)
    with pytest.raises(Stale):  # a slow worker, a month late
        await writes_to(dispatcher, CAMPAIGN, (3, 4), NOON)
    known = dispatcher.part(MongoSuppressions)
    assert await late(known, dispatcher, CAMPAIGN, AFTER_28_DAYS, range(1, 6)) == {
        3: "recently-contacted", 5: "recently-contacted",
    }  # fmt: skip


async def test_a_note_that_is_taken_back_of_a_customer_leaves_what_was_there_before(dispatcher: Inside) -> None:
    await put(dispatcher, file([row(n) for n in range(1, 6)]))
    await load_other(dispatcher)
    suppressions, contacts = dispatcher.part(MongoSuppressions), dispatcher.service.store["last_contacted"]
    load, earlier = await load_of(dispatcher, CAMPAIGN), NOON.replace(month=1)
    await writes_to(dispatcher, OTHER, (1,), earlier)  # customer 3
    await writes_to(dispatcher, CAMPAIGN, (2,), NOON)  # by a worker that died
    undertaking = await suppressions.contacted(CAMPAIGN, load, (1, 2, 3, 4), NOON)
    await suppressions.not_contacted(undertaking, {1, 2, 3})
    known = await dispatcher.part(MongoPopulation).indexes(load, (3, 4))
    kept = {each["_id"]: (each["campaign"], each["day"]) for each in await contacts.find({}).to_list(None)}
    assert kept == {known[3]: (OTHER, f"{earlier:%Y-%m-%d}"), known[4]: (CAMPAIGN, f"{NOON:%Y-%m-%d}")}
