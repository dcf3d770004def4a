"""Pages on which a campaign is freed of clashes, launched, paused and corrected, with what is wrong on each of them."""

import pytest
from playwright.async_api import Page

from tests.browser.live import campaign_that_is_live
from tests.browser.looking import expect_good, follow, sign_in
from tests.planner.given.people import People

pytestmark = pytest.mark.browser
SUMMARY = "govuk-error-summary"


async def test_a_clash_and_its_errors_can_be_used_by_everybody(page: Page, planner: tuple[People, str]) -> None:
    people, url = planner
    await people.draft(title="Income from letting property, by text")
    await sign_in(page, url, "designer", "/campaigns/OTM-26-0002/clashes")
    await expect_good(page, "the clashes")
    form = f"{url}/campaigns/OTM-26-0002/clashes/OTM-26-0001"
    await page.goto(form)
    await expect_good(page, "a clash")
    await follow(page, "text=Save your decision")
    assert await page.evaluate("document.activeElement.className") == SUMMARY
    await expect_good(page, "no decision about a clash")
    other = await page.context.new_page()
    await other.goto(form)
    for each, reason in ((other, "Both are needed"), (page, "They are in the same weeks")):
        await each.check("#decision")
        await each.fill("#reason", reason)
        await follow(each, "text=Save your decision")
    await expect_good(page, "a clash that somebody else decided")
    assert await page.input_value("#reason") == "They are in the same weeks"
    assert "Both are needed" in await page.inner_text("main")


async def test_the_run_of_a_campaign_and_its_errors_can_be_used_by_everybody(
    page: Page, planner: tuple[People, str]
) -> None:
    people, url = planner
    live = f"/campaigns/{await campaign_that_is_live(people)}"
    await sign_in(page, url, "designer", live)
    await follow(page, "text=Launch and run")
    await expect_good(page, "the steps of a live campaign")
    await follow(page, "text=Do it")
    assert await page.evaluate("document.activeElement.className") == SUMMARY
    await expect_good(page, "no step")
    await page.check("input[value='pause']")
    await page.fill("#reason", "Calls are more than expected")
    await follow(page, "text=Do it")
    await expect_good(page, "a campaign that is paused")
    await page.goto(f"{url}{live}/correction")
    await expect_good(page, "a correction")
    await follow(page, "text=Begin the correction")
    assert await page.evaluate("document.activeElement.className") == SUMMARY
    await expect_good(page, "a correction of nothing")
