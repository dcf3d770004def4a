"""A population over HTTP into the real store: what is good is kept, what is bad is told, and nobody can be read."""

import csv
import hashlib
import io
from typing import Any

from services.dispatcher.app import NAME
from services.dispatcher.campaigns.repository.campaigns import MongoCampaigns
from services.dispatcher.population.repository.population import MongoPopulation
from services.dispatcher.schedule.chunk import Assignment, Chunk
from shared.contracts import CampaignApproved, PopulationLoaded
from shared.storage.audit.trail import MongoAuditTrail
from tests.dispatcher.given.loading import GOOD, NOTHING, POPULATION, kept, mixed, put
from tests.dispatcher.given.people import CAMPAIGN, file, row, utr
from tests.support.inside import Inside
from tests.support.samples import sample

BAD = {"customer-reference-check-digit": 1, "flags-unknown": 1, "name-missing": 1, "stratum-not-a-code": 1}
SUPPRESSED = {"deceased": 1, "duplicate": 2, "no-usable-address": 1}


def counts(tallies: list[dict[str, Any]]) -> dict[str, int]:
    return {tally["reason"]: tally["count"] for tally in tallies}


async def test_good_rows_are_kept_and_bad_ones_told_by_row_and_reason(dispatcher: Inside) -> None:
    data = mixed()
    answer = await put(dispatcher, data)
    assert answer.status_code == 201
    report = answer.json()
    assert counts(report["rejected"]) == BAD | {"row-ragged": 1}
    assert counts(report["suppressed"]) == SUPPRESSED
    assert (report["rows"], report["eligible"]) == (21, GOOD)
    assert report["strata"] == [{"code": "small", "count": GOOD, "randomised": GOOD}]
    assert report["sha256"] == hashlib.sha256(data).hexdigest()
    async with dispatcher.caller("analyst") as analyst:
        assert (await analyst.get(POPULATION)).json() == report
        told = list(csv.DictReader(io.StringIO((await analyst.get(f"{POPULATION}/rejections")).text)))
    assert [(line["row"], line["field"], line["reason"]) for line in told] == [
        ("13", "customer_reference", "check-digit"), ("14", "flags", "unknown"), ("15", "name", "missing"),
        ("16", "stratum", "not-a-code"), ("21", "row", "ragged"),
    ]  # fmt: skip


async def test_a_customer_whom_any_row_marks_welsh_is_not_written_to_in_english(dispatcher: Inside) -> None:
    first = [row(1), row(2), row(3, language="cy"), row(4, language="cy")]
    again = [row(1, language="cy"), row(2), row(3, language="cy"), row(4)]
    report = (await put(dispatcher, file([*first, *again]))).json()
    assert counts(report["suppressed"]) == {"duplicate": 4}
    rows = [customer.row async for customer in dispatcher.part(MongoPopulation).eligible(report["load"])]
    assert rows == [1, 2, 3, 4]


async def test_a_later_rows_reason_to_suppress_counts_wherever_it_stands(dispatcher: Inside) -> None:
    """Rows 1 to 600, then customers 1 to 4 again, two blocks on, in rows that know more."""
    first = [row(n, cluster="pair" if n in (1, 2) else "", flags="ceased" if n == 4 else "") for n in range(1, 601)]
    again = [row(1, flags="insolvent"), row(1, flags="deceased"), row(2), row(3, flags="dispute;extra-support"), row(4)]
    report = (await put(dispatcher, file([*first, *again]))).json()
    assert counts(report["suppressed"]) == {
        "ceased": 1,
        "deceased": 2,
        "dispute-or-tribunal": 2,
        "duplicate": 2,
        "insolvent": 1,
    }
    assert report["strata"] == [{"code": "small", "count": 597, "randomised": 597}]
    assert (report["rows"], report["eligible"]) == (605, 597)
    async with dispatcher.caller("analyst") as analyst:
        told = (await analyst.get(f"{POPULATION}/suppressed")).text.splitlines()
    assert told[1:4] == ["1,deceased", "3,dispute-or-tribunal", "4,ceased"]
    population = dispatcher.part(MongoPopulation)
    rows = [customer.row async for customer in population.eligible(report["load"])]
    assert rows == [2, *range(5, 601)]
    assert set(await population.indexes(report["load"], range(1, 606))) == set(rows)
    asked = Chunk(CAMPAIGN, 1, 1, tuple(Assignment(n, "plain") for n in range(1, 606)))
    recipients = await population.recipients(report["load"], asked)
    assert {n: r.customer.reference for n, r in recipients.items()} == {n: utr(n) for n in rows}


async def test_a_load_is_in_the_trail_with_who_sent_it(dispatcher: Inside) -> None:
    report = (await put(dispatcher, mixed())).json()
    await put(dispatcher, mixed())  # again: nothing happens
    trail = dispatcher.part(MongoAuditTrail)
    (entry,) = [entry async for entry in trail.entries()]
    assert (entry.who, entry.what) == ("analyst", "population.load-asked")
    assert entry.details == {
        "campaign": CAMPAIGN, "load": report["load"], "sha256": report["sha256"], "rows": 21, "rejected": 5,
        "suppressed": 4, "eligible": GOOD,
    }  # fmt: skip
    assert await trail.broken() is None


async def test_a_population_that_is_whole_is_said_and_its_allocation_made_due_in_one(dispatcher: Inside) -> None:
    report = (await put(dispatcher, mixed())).json()
    said = await dispatcher.said()
    assert [(envelope.type, envelope.private) for envelope in said] == [
        ("population.loaded.v1", False), ("allocation.due.v1", True),
    ]  # fmt: skip
    loaded = PopulationLoaded.model_validate_json(said[0].body)
    assert loaded == PopulationLoaded.model_validate(report | {"loaded_at": loaded.loaded_at})
    assert f'"load":"{report["load"]}"'.encode() in said[1].body
    assert (await kept(dispatcher))["outbox"] == 1  # one row, so that one is never there without the other


async def test_nobody_can_be_read_in_the_store(dispatcher: Inside) -> None:
    await put(dispatcher, mixed())
    store = dispatcher.service.store
    collections = [store[name] for name in await store.database.list_collection_names()]
    stored = "".join([str(document) for collection in collections async for document in collection.find()])
    personal = ("Gwenllian", "Quillfeather", "ZZ1", utr(1), utr(17), "2955839661", "Large £")
    assert len(stored) > 8_000
    assert [value for value in personal if value in stored] == []


async def test_a_population_waits_for_its_campaign_and_for_somebody_who_may_load_it(unapproved: Inside) -> None:
    early = await put(unapproved, mixed())
    assert (early.status_code, early.json()["code"]) == (409, "not-yet")
    async with unapproved.caller("designer") as designer:
        assert (await designer.put(POPULATION, content=mixed())).status_code == 403
    assert await kept(unapproved) == NOTHING


async def test_more_customers_than_fit_before_the_day_to_respond_by_are_refused(unapproved: Inside) -> None:
    """Forty letters, ten a day: two days beyond the plan's two waves, and the second is the day to respond by."""
    waves = [{"number": n, "on": f"2026-09-0{n + 6}", "size": 10} for n in (1, 2)]
    approved = sample(CampaignApproved, waves=waves, respond_by="2026-09-10")
    await MongoCampaigns(unapproved.service.store, NAME).approve(approved)
    refused = await put(unapproved, file([row(n) for n in range(60)]))
    problem = refused.json()["problems"][0]
    assert (refused.status_code, problem["field"], problem["rule"]) == (422, "respond_by", "before-the-last-wave")
    assert "40 customers take until 2026-09-10" in problem["message"]
    assert (await put(unapproved, file([row(n) for n in range(45)]))).status_code == 201
