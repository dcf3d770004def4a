"""Wave sizes on a page: what they bring beside what helplines can take, proposed and saved."""

import asyncio
from typing import Any

import pytest

from tests.planner.given.people import People
from tests.planner.given.plans import plan
from tests.support.browsing import Browser, Page
from tests.support.inside import Inside

TEAM = "customer-services"
WAVES = "/campaigns/OTM-26-0001/waves"


async def one_helpline(people: People, site: Inside, contacts: int) -> None:
    """Lets one team take all contacts of the plan, so many a day."""
    responses = plan()["responses"] | {"helplines": [{"code": TEAM, "percent": 100}]}
    await people.done("designer", "PUT", "/plan", {"plan": plan(responses=responses)})
    async with site.caller(f"{TEAM}-lead") as lead:
        said = {"capacity": {"team": TEAM, "contacts": contacts}, "reason": "Agreed"}
        assert (await lead.put(f"/v1/capacity/{TEAM}", json=said)).status_code == 200


def typed(page: Page, name: str) -> str:
    return dict(page.form(WAVES).fields)[name].strip()


async def daily_limit(people: People) -> Any:
    return (await people.read())["plan"]["daily_limit"]


async def test_a_number_is_tried_without_being_saved_then_saved_once(drafted: People, designer: Browser) -> None:
    page = await designer.get(WAVES)
    assert "20,000 letters go out on 3 days" in page.words
    assert "Nobody has said what self assessment, extra help can take" in page.words
    assert "<svg" in page.answer.text
    assert "style=" not in page.answer.text
    assert "<style" not in page.answer.text
    tried = await designer.send(page, WAVES, daily="2,000", do="show")
    assert "on 10 days, the last on 18 September 2026" in tried.words
    fragment = await designer.get(f"{WAVES}/answer?daily=2000&waves=")
    assert "on 10 days" in fragment.words
    assert fragment.heading == ""
    assert await daily_limit(drafted) == 6_667
    pages = await asyncio.gather(*(designer.send(tried, WAVES, do="save") for _ in range(2)))
    assert [each.path for each in pages] == [f"{WAVES}?saved=yes"] * 2
    assert await daily_limit(drafted) == 2_000
    assert [entry["step"] for entry in await drafted.read("/history")] == ["create", "amend"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"daily": ""}, "daily"),
        ({"daily": "many"}, "daily"),
        ({"daily": "0"}, "daily"),
        ({"daily": "10"}, "daily"),
        ({"waves": "soon 5,000"}, "waves"),
        ({"waves": "2026-09-07"}, "waves"),
        ({"waves": "2026-09-05 6,000"}, "waves"),
        ({"waves": "2026-09-07 5,000\n2026-09-08 5,000"}, "waves"),
        ({"waves": "2026-09-07 1\n" * 261}, "waves"),
    ],
)
async def test_waves_that_cannot_be_are_named_and_what_was_typed_stays(
    drafted: People, designer: Browser, sent: dict[str, str], field: str
) -> None:
    page = await designer.send(await designer.get(WAVES), WAVES, do="save", **sent)
    assert page.status == 422
    assert f"#{field}" in page.links
    assert {name: typed(page, name) for name in sent} == {name: value.strip() for name, value in sent.items()}
    if field == "daily":
        assert (await designer.get(f"{WAVES}/answer?daily={sent['daily']}")).status == 422
    assert await daily_limit(drafted) == 6_667


async def test_the_fastest_waves_that_fit_are_proposed_and_can_be_saved(
    drafted: People, designer: Browser, site: Inside
) -> None:
    await one_helpline(drafted, site, 400)
    page = await designer.get(WAVES)
    assert "a team is expected to get more than it can take" in page.words
    page = await designer.send(page, WAVES, do="propose")
    assert page.status == 200
    waves = typed(page, "waves").splitlines()
    assert waves[0].startswith("2026-09-07 ")
    assert "No team whose capacity is known is expected to get more than it can take" in page.words
    assert (await designer.send(page, WAVES, do="save")).path == f"{WAVES}?saved=yes"
    assert len((await drafted.read())["plan"]["schedule"]) == len(waves)


async def test_where_no_waves_fit_it_is_said_what_would_help(drafted: People, designer: Browser, site: Inside) -> None:
    await one_helpline(drafted, site, 10)
    page = await designer.send(await designer.get(WAVES), WAVES, do="propose")
    assert (page.status, "#daily" in page.links) == (422, True)
    assert "more contacts a day for customer-services" in page.words


async def test_waves_of_a_plan_that_somebody_changed_meanwhile_are_not_saved(
    drafted: People, designer: Browser
) -> None:
    page = await designer.get(WAVES)
    await drafted.done("designer", "PUT", "/plan", {"plan": plan(purpose="To <em>collect</em> more")})
    stale = await designer.send(page, WAVES, daily="2,000", do="save")
    assert (stale.status, typed(stale, "daily")) == (409, "2,000")
    assert "To <em>collect</em> more" in stale.words
    assert "<em>" not in stale.answer.text
    assert await daily_limit(drafted) == 6_667
    await designer.send(stale, WAVES, do="save")
    assert await daily_limit(drafted) == 2_000
    assert (await drafted.read())["plan"]["purpose"] == "To <em>collect</em> more"


async def test_a_change_after_submission_needs_a_reason_and_readers_change_nothing(
    drafted: People, designer: Browser, site: Inside
) -> None:
    await drafted.answer()
    await drafted.submit()
    page = await designer.send(await designer.get(WAVES), WAVES, daily="2,000", do="save")
    assert (page.status, "#reason" in page.links) == (422, True)
    await designer.send(page, WAVES, reason="Agreed with the helplines", do="save")
    assert await daily_limit(drafted) == 2_000
    async with Browser(site.service) as analyst:
        page = await analyst.sign_in("analyst", WAVES)
        assert not [form for form in page.forms() if form.action == WAVES]
        sent = [*page.form("/sign-out").fields, ("daily", "1000"), ("do", "save")]
        assert (await analyst.post(WAVES, sent)).status == 403


async def test_a_plan_that_says_too_little_says_what_is_missing(drafted: People, designer: Browser) -> None:
    await drafted.done("designer", "PUT", "/plan", {"plan": plan(contact_rate=None, launch=None)})
    page = await designer.get(WAVES)
    assert page.status == 200
    assert "contact rate: say how many get in touch" in page.words
    assert (await designer.get(f"{WAVES}/answer?daily=5")).status == 422
