"""Pages of designers in a real browser, with what is wrong on each of them."""

import pytest
from playwright.async_api import Page

from tests.browser.looking import expect_good, follow, sign_in
from tests.planner.given.people import People

pytestmark = pytest.mark.browser
DRAFT, PLANNED = "/campaigns/OTM-26-0002", "/campaigns/OTM-26-0001"


async def test_pages_of_designers_and_their_errors_can_be_used_by_everybody(
    page: Page, planner: tuple[People, str]
) -> None:
    _, url = planner
    await sign_in(page, url, "designer")
    await follow(page, "text=Begin a campaign")
    await expect_good(page, "the beginning")
    await follow(page, "button:text-is('Begin')")
    assert await page.evaluate("document.activeElement.className") == "govuk-error-summary"
    await expect_good(page, "a beginning of nothing")
    await page.fill("#title", "Rent that is not on returns")
    await page.fill("#regime", "self-assessment")
    await follow(page, "button:text-is('Begin')")
    await expect_good(page, "the tasks of a draft")
    await page.goto(f"{url}{DRAFT}/assessment/resource")
    await expect_good(page, "a question")
    await follow(page, "text=Save and go on")
    await page.click("text=Enter the day by which this answer is looked at again >> nth=0")
    assert await page.evaluate("document.activeElement.name") == "review_by-day"
    await expect_good(page, "an answer of nothing")
    await page.goto(f"{url}{DRAFT}/check")
    await expect_good(page, "all answers")
    await follow(page, "text=Ask for approval")
    await expect_good(page, "approval that cannot be asked for")


async def test_letters_can_be_read_by_everybody(page: Page, planner: tuple[People, str]) -> None:
    _, url = planner
    await sign_in(page, url, "designer", f"{PLANNED}/letters")
    await expect_good(page, "a letter")
    await page.select_option("#language", "cy")
    await page.select_option("#format", "large-print")
    await follow(page, "text=Show")
    size = await page.evaluate("getComputedStyle(document.querySelector('.site-letter')).fontSize")
    assert float(size.removesuffix("px")) == pytest.approx(16 * 96 / 72, abs=0.1)
    await expect_good(page, "a letter in Welsh")
    await page.goto(f"{url}{PLANNED}/letters?arm=control")
    await expect_good(page, "a letter that there is not")
