"""A campaign is begun from an earlier one on a page, with what came of that beside its plan."""

import asyncio

import pytest

from services.planner.progress.ports import ProgressRepository
from shared.contracts import DispatchCompleted
from tests.planner.given.people import People
from tests.support.browsing import Browser
from tests.support.inside import Inside
from tests.support.samples import sample

CLONE = "/campaigns/OTM-26-0001/clone"


async def test_another_campaign_is_begun_once_with_the_results_of_the_one_before_beside_its_plan(
    drafted: People, designer: Browser, site: Inside
) -> None:
    await drafted.answer()
    done = sample(DispatchCompleted, campaign="OTM-26-0001")
    await site.part(ProgressRepository).dispatch_completed(done)
    assert CLONE in (await designer.get("/campaigns/OTM-26-0001")).links
    form = await designer.get(CLONE)
    assert "16,260" in form.words
    pages = await asyncio.gather(*(designer.send(form, CLONE, title="The same next year") for _ in range(2)))
    (path,) = {page.path for page in pages}  # a number may be passed over: both had taken one
    begun = path.removesuffix("/earlier")
    listed = {link for link in (await designer.get("/campaigns")).links if link.startswith("/campaigns/OTM-")}
    assert listed == {"/campaigns/OTM-26-0001", begun}
    assert "Letters 16,260 20,000" in pages[0].words
    assert "No result of a trial of it was published" in pages[0].words
    answer = await designer.get(f"{begun}/assessment/risk")
    assert "This is the answer of OTM-26-0001" in answer.words
    await designer.send(answer, answer.path)
    assert (await designer.get(f"{begun}/assessment")).path.endswith("/cost-of-inaction")
    again = await designer.send(form, CLONE, title="Another")
    assert (again.status, dict(again.form(CLONE).fields)["title"]) == (409, "Another")


@pytest.mark.parametrize("title", ["", "x", "x" * 201, "Two\nlines"])
async def test_a_title_that_cannot_be_is_named_and_stays(drafted: People, designer: Browser, title: str) -> None:
    page = await designer.send(await designer.get(CLONE), CLONE, title=title)
    assert (page.status, "#title" in page.links, dict(page.form(CLONE).fields)["title"]) == (422, True, title)
    assert "/campaigns/OTM-26-0002" not in (await designer.get("/campaigns")).links


async def test_a_campaign_that_was_begun_from_nothing_says_so(drafted: People, designer: Browser) -> None:
    assert "begun from nothing" in (await designer.get("/campaigns/OTM-26-0001/earlier")).words
    assert (await designer.get("/campaigns/OTM-26-0009/clone")).status == 404
