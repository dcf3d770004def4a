"""The work list of teams: take, note, pass on and finish, also where two people do it at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from services.intake.app import build_app
from services.intake.settings import Settings
from tests.intake.given.disclosures import PDF, volunteer
from tests.intake.given.letters import ENGLISH, register, report, send
from tests.support.browsing import Browser, Page
from tests.support.inside import Corner, Inside, inside

PAYS = report(reason="cannot-pay", note="Lost the job in May", caller_phone="0300 200 3300")


@pytest.fixture
async def intake(corner: Corner) -> AsyncIterator[Inside]:
    async with inside(build_app(corner.settings(Settings, site={"personas": True})), corner) as running:
        await register(running)
        yield running


@pytest.fixture
async def adviser(intake: Inside) -> AsyncIterator[Browser]:
    """Debt management, with a customer who cannot pay on their list."""
    assert (await send(intake, PAYS)).status_code == 201
    async with Browser(intake.service) as browser:
        assert (await browser.sign_in("debt-adviser")).path == "/work-list"
        yield browser


@pytest.fixture
async def officer(intake: Inside) -> AsyncIterator[Browser]:
    """The disclosure team, with a disclosure on their list."""
    await volunteer(intake)
    async with Browser(intake.service) as browser:
        assert (await browser.sign_in("disclosure-officer")).path == "/work-list"
        yield browser


async def item(browser: Browser, kind: str) -> Page:
    (link,) = {link for link in (await browser.get("/work-list")).links if link.startswith(f"/work-list/{kind}/")}
    return await browser.get(link)


async def rows(intake: Inside, collection: str) -> list[dict[str, Any]]:
    return [row async for row in intake.service.store[collection].find({})]


async def noted(intake: Inside) -> list[tuple[str, str]]:
    return [(row["who"], row["what"]) for row in await rows(intake, "audit_written")]


async def test_a_team_takes_a_customer_on_writes_a_note_and_finishes(intake: Inside, adviser: Browser) -> None:
    page = await item(adviser, "referrals")
    assert "Lost the job in May" in page.words
    assert "0300 200 3300" in page.words
    taken = await adviser.send(page, "/work-list/referrals", step="accepted")
    assert taken.path == page.path
    assert "Taken on, by debt-adviser" in taken.words
    both = await asyncio.gather(
        *(adviser.send(taken, "/work-list/referrals", note="Rang, <b>no</b> answer") for _ in "12")
    )
    assert all(each.path == page.path and "Rang, <b>no</b> answer" in each.words for each in both)
    assert (await adviser.get(page.path)).words.count("Rang, <b>no</b> answer") == 1
    done = await adviser.send(both[0], "/work-list/referrals", step="closed", why="dealt-with", note="Pays £50 a month")
    assert done.path == "/work-list?done=finished"
    assert "Nobody." in done.words
    assert page.path in (await adviser.get("/work-list?show=finished")).links
    (row,) = await rows(intake, "referrals")
    assert [(step["state"], step["by"], step["why"]) for step in row["history"]] == [
        ("accepted", "debt-adviser", None),
        ("closed", "debt-adviser", "dealt-with"),
    ]
    assert b"Pays" not in row["personal"]


async def test_who_looked_and_who_did_what_stands_in_the_trail(intake: Inside, adviser: Browser) -> None:
    page = await item(adviser, "referrals")
    await adviser.send(page, "/work-list/referrals", step="accepted", note="Rang")
    by_adviser = [what for who, what in await noted(intake) if who == "debt-adviser"]
    seen = {"referrals.listed", "referral.read", "contact.read", "referral.accepted"}
    assert seen <= set(by_adviser)
    assert ENGLISH not in page.path


async def test_the_second_of_two_people_is_shown_what_the_first_did_and_loses_nothing(
    intake: Inside, adviser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        lead = await stack.enter_async_context(intake.caller("debt-adviser"))
        other = await stack.enter_async_context(intake.caller("intake-lead"))
        page = await item(adviser, "referrals")
        referral = page.path.rpartition("/")[2]
        assert (await lead.get(f"/v1/referrals/{referral}")).status_code == 200
        assert (await other.post(f"/v1/referrals/{referral}/accept")).status_code == 200
    typed = {"step": "accepted", "note": "I take this one"}
    late = await adviser.send(page, "/work-list/referrals", **typed)
    assert late.status == 409
    assert "Taken on, by intake-lead" in late.words
    fields = dict(late.form("/work-list/referrals").fields)
    assert fields["note"] == typed["note"]
    both = [adviser.send(late, "/work-list/referrals", step="returned", why="not-for-this-team") for _ in "12"]
    assert [each.path for each in await asyncio.gather(*both)] == ["/work-list?done=given-back"] * 2
    (row,) = await rows(intake, "referrals")
    assert [step["state"] for step in row["history"]] == ["accepted", "returned"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [({}, "step"), ({"step": "closed", "note": "Done"}, "step"), ({"step": "returned", "note": "Not ours"}, "why")],
)
async def test_what_is_missing_is_named_and_what_was_typed_stays(
    intake: Inside, adviser: Browser, typed: dict[str, str], field: str
) -> None:
    wrong = await adviser.send(await item(adviser, "referrals"), "/work-list/referrals", **typed)
    assert wrong.status == 422
    assert f"#{field}" in wrong.links
    assert field in wrong.ids
    assert dict(wrong.form("/work-list/referrals").fields)["note"] == typed.get("note", "")
    assert (await rows(intake, "referrals"))[0]["history"] == []


async def test_a_disclosure_is_acknowledged_and_passed_on_and_then_no_more_of_the_teams_business(
    intake: Inside, officer: Browser
) -> None:
    page = await item(officer, "disclosures")
    assert "Two flats were left out" in page.words
    assert "£7,345.00" in page.words
    told = await officer.send(page, "/work-list/disclosures", step="acknowledged")
    assert "Customer told that we have it, by disclosure-officer" in told.words
    wrong = await officer.send(told, "/work-list/disclosures", step="routed", team="no-such-team")
    assert (wrong.status, "#team" in wrong.links) == (422, True)
    passed_on = {"step": "routed", "team": "compliance", "note": "A landlord"}
    for _ in range(2):
        assert (await officer.send(told, "/work-list/disclosures", **passed_on)).path == "/work-list?done=passed-on"
    assert (await officer.get(page.path)).status == 404
    async with Browser(intake.service) as compliance:
        await compliance.sign_in("compliance-officer")
        theirs = await item(compliance, "disclosures")
        assert "A landlord" in theirs.words
        done = await compliance.send(theirs, "/work-list/disclosures", step="resolved")
        assert done.path == "/work-list?done=finished"
    (row,) = await rows(intake, "disclosures")
    assert [step["state"] for step in row["history"]] == ["received", "acknowledged", "routed", "resolved"]


async def test_a_file_of_a_disclosure_is_saved_and_not_shown(intake: Inside, officer: Browser) -> None:
    (row,) = await rows(intake, "disclosures")
    async with intake.caller("helpline") as caller:
        added = await caller.post(f"/v1/disclosures/{row['_id']}/attachments", content=PDF)
        assert added.status_code == 201
    page = await item(officer, "disclosures")
    (link,) = [link for link in page.links if "/files/" in link]
    sent = (await officer.get(link)).answer
    assert (sent.content, sent.headers["content-disposition"]) == (PDF, "attachment")
    assert ("disclosure-officer", "attachment.read") in await noted(intake)


async def test_the_work_of_another_team_is_not_there_and_not_everybody_has_a_list(
    intake: Inside, adviser: Browser
) -> None:
    page = await item(adviser, "referrals")
    fields = page.form("/work-list/referrals").fields
    async with Browser(intake.service) as support:
        listed = await support.sign_in("extra-support-adviser")
        assert "Nobody." in listed.words
        own = [*listed.form("/sign-out").fields, *((n, v) for n, v in fields if not n.startswith("_"))]
        assert (await support.get(page.path)).status == 404
        assert (await support.post(page.path, [*own, ("step", "accepted")])).status == 404
        assert (await support.get("/work-list?show=everything")).status == 422
        assert (await support.get("/work-list?referrals_after=nonsense")).status == 400
    async with Browser(intake.service) as handler:
        await handler.sign_in("call-handler")
        assert (await handler.get("/work-list")).status == 403
    assert (await rows(intake, "referrals"))[0]["history"] == []
