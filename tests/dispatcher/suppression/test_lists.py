"""Suppression lists count before customers are randomised and again just before they are written to."""

from services.dispatcher.population.repository.population import MongoPopulation
from tests.dispatcher.given.known_customers import HEADER, Ticking, late, line, load_of, send_list, suppressions
from tests.dispatcher.given.loading import put
from tests.dispatcher.given.people import CAMPAIGN, file, row, utr
from tests.support.clocks import NOON, StoppedClock
from tests.support.inside import Inside

FIVE = file([row(n) for n in range(1, 6)])
ROWS = (1, 2, 3, 4, 5)


async def test_listed_customers_are_suppressed_before_they_are_randomised(dispatcher: Inside) -> None:
    sent = await send_list(
        dispatcher, "deaths-week-36", line(1), line(2, "insolvent"), line(2, "deceased"), line(77),
        line(3, "insolvent", since="2020-01-01", until="2020-12-31"),  # over
        line(4, "insolvent", since="2126-01-01"),  # not yet
    )  # fmt: skip
    assert (sent.status_code, sent.json()["entries"], sent.json()["sent_by"]) == (200, 6, "analyst")
    report = (await put(dispatcher, FIVE)).json()
    assert report["suppressed"] == [{"reason": "deceased", "count": 2}]
    assert report["eligible"] == 3
    async with dispatcher.caller("analyst") as analyst:
        told = (await analyst.get(f"/v1/campaigns/{CAMPAIGN}/population/suppressed")).text
        lists = (await analyst.get("/v1/suppression-lists")).json()
    assert told.splitlines() == ["row,reason", "1,deceased", "2,deceased"]
    assert [(each["name"], each["reasons"]) for each in lists] == [("deaths-week-36", {"deceased": 3, "insolvent": 3})]


async def test_a_list_is_read_as_its_sender_sees_it(dispatcher: Inside) -> None:
    lines = f"sep=,\r\n{HEADER}\r\n\ufeff{utr(1)} K,Deceased,2026\u201109\u201107,\r\n"
    async with dispatcher.caller("analyst") as analyst:
        sent = await analyst.put("/v1/suppression-lists/copied/entries?kind=utr", content=lines.encode())
    assert (sent.status_code, sent.json().get("entries")) == (200, 1), sent.text


async def test_a_list_of_later_counts_just_before_issue_until_it_is_replaced_or_withdrawn(dispatcher: Inside) -> None:
    replica = suppressions(dispatcher, Ticking())
    await put(dispatcher, FIVE)
    assert await late(replica, dispatcher, CAMPAIGN, NOON, ROWS) == {}
    await send_list(dispatcher, "deaths", line(1), line(2, "insolvent", since="2026-09-08"))
    await send_list(dispatcher, "returned", line(1, "returned-mail"), line(5, "returned-mail"))
    assert await late(replica, dispatcher, CAMPAIGN, NOON, ROWS) == {1: "deceased", 5: "returned-mail"}
    assert await late(replica, dispatcher, CAMPAIGN, NOON, (2, 3)) == {}
    next_day = NOON.replace(day=8)
    assert await late(replica, dispatcher, CAMPAIGN, next_day, (1, 2, 3)) == {1: "deceased", 2: "insolvent"}
    await send_list(dispatcher, "deaths", line(3))
    assert await late(replica, dispatcher, CAMPAIGN, NOON, ROWS) == {
        1: "returned-mail",
        3: "deceased",
        5: "returned-mail",
    }
    async with dispatcher.caller("analyst") as analyst:
        assert (await analyst.delete("/v1/suppression-lists/returned")).status_code == 204
        assert (await analyst.delete("/v1/suppression-lists/returned")).status_code == 404
    assert await late(replica, dispatcher, CAMPAIGN, NOON, ROWS) == {3: "deceased"}
    assert await dispatcher.service.store["suppression_blocks"].count_documents({}) == 1


async def test_a_copy_of_somebodys_data_has_the_list_that_another_process_took_a_moment_ago(
    dispatcher: Inside,
) -> None:
    replica = suppressions(dispatcher, StoppedClock(NOON))
    await put(dispatcher, FIVE)
    indexes = await dispatcher.part(MongoPopulation).indexes(await load_of(dispatcher, CAMPAIGN), [1])
    assert not await replica.about(indexes[1])
    await send_list(dispatcher, "deaths", line(1))
    assert [reason for _, reason, *_ in await replica.about(indexes[1])] == ["deceased"]


async def test_a_list_of_another_kind_of_reference_is_about_other_customers(dispatcher: Inside) -> None:
    schema = {"reference": {"kind": "own", "picture": "##########"}}
    async with dispatcher.caller("analyst") as analyst:
        await analyst.put("/v1/campaigns/OTM-26-0043/population/schema", json=schema)
    assert (await send_list(dispatcher, "cases", line(1), kind="own&campaign=OTM-26-0043")).status_code == 200
    assert (await put(dispatcher, FIVE)).json()["suppressed"] == []


async def test_nobody_can_be_read_in_what_is_kept_of_a_list(dispatcher: Inside) -> None:
    await send_list(dispatcher, "deaths", *(line(n) for n in range(1, 1_200)))
    store = dispatcher.service.store
    stored = "".join([str(block) async for block in store["suppression_blocks"].find()])
    assert await store["suppression_blocks"].count_documents({}) == 3
    assert [n for n in range(1, 1_200) if utr(n) in stored] == []
