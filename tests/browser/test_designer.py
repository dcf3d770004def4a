"""Pages of designers in a real browser, with what is wrong on each of them."""

import pytest
from playwright.async_api import BrowserContext, Page

from tests.browser.looking import expect_good, follow, sign_in
from tests.planner.evaluation.test_sealed_at_approval import ANALYSIS
from tests.planner.given.hearing import handlers
from tests.planner.given.people import People
from tests.planner.given.plans import LAUNCH
from tests.planner.given.trial_units import heard_of

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


async def test_pages_of_the_plan_and_their_errors_can_be_used_by_everybody(
    page: Page, planner: tuple[People, str]
) -> None:
    _, url = planner
    await sign_in(page, url, "designer", "/campaigns/new")
    await page.fill("#title", "Rent that is not on returns")
    await page.fill("#regime", "Self assessment")
    await follow(page, "button:text-is('Begin')")
    for part in ("action", "dates", "pattern", "arms/new", "lines/new"):
        await page.goto(f"{url}{DRAFT}/write/{part}")
        await expect_good(page, f"the form of {part}")
        await follow(page, "button[value='save']")
        if part != "pattern":
            assert await page.evaluate("document.activeElement.className") == "govuk-error-summary"
            await expect_good(page, f"nothing typed for {part}")
    await page.goto(f"{url}{DRAFT}/write/groups/new")
    await page.fill("#code", "Landlords")
    await page.fill("#description", "They let through agents, and most did not know")
    await page.fill("#customers", "25,000")
    await follow(page, "button[value='save']")
    await expect_good(page, "the groups")
    await follow(page, "text=Change Landlords")
    await expect_good(page, "a group")
    await page.goto(f"{url}{PLANNED}/write/letters/2")
    await page.fill("#en-body", "Dear {{ nobody }}")
    await page.fill("#reason", "Plainer words")
    await follow(page, "button[value='save']")
    await expect_good(page, "a letter that cannot be filled")


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


async def test_the_chart_of_waves_answers_while_a_number_is_changed(page: Page, planner: tuple[People, str]) -> None:
    people, url = planner
    before = (await people.read())["plan"]["daily_limit"]
    await sign_in(page, url, "designer", f"{PLANNED}/waves")
    await expect_good(page, "the waves")
    await page.fill("#daily", "2,000")
    await page.locator("#answer-said", has_text="on 10 days").wait_for()
    assert "on 10 days" in await page.inner_text("#answer")
    await page.fill("#daily", "many")
    await page.wait_for_selector("#answer .govuk-error-message")
    await expect_good(page, "waves that cannot be")
    await follow(page, "text=Save in the plan")
    await expect_good(page, "waves that cannot be saved")
    assert (await people.read())["plan"]["daily_limit"] == before


async def test_the_chart_of_waves_answers_to_a_button_without_scripts(
    context: BrowserContext, planner: tuple[People, str]
) -> None:
    _, url = planner
    page = await context.new_page()
    await sign_in(page, url, "designer", f"{PLANNED}/waves")
    await page.fill("#daily", "2,000")
    await follow(page, "text=Show what it brings")
    assert "on 10 days" in await page.inner_text("#answer")


async def test_the_trial_and_the_campaign_before_can_be_read_by_everybody(
    page: Page, planner: tuple[People, str]
) -> None:
    _, url = planner
    await sign_in(page, url, "designer", f"{PLANNED}/trial/design")
    await expect_good(page, "the design of a trial")
    await page.check("input[value=disclosed]")
    for field, typed in {"days": "30", "expected": "5", "smallest": "2"}.items():
        await page.fill(f"#{field}", typed)
    await page.locator("#answer-said", has_text="customers are needed").wait_for()
    await page.fill("#power", "10")
    await follow(page, "text=Save in the plan")
    await expect_good(page, "a design that cannot be")
    await page.fill("#power", "80")
    await page.fill("#reason", "As agreed with the analysts")
    await follow(page, "text=Save in the plan")
    await expect_good(page, "the design as it is saved")
    await page.goto(f"{url}{PLANNED}/clone")
    await page.fill("#title", "")
    await follow(page, "button:text-is('Begin')")
    await expect_good(page, "a new campaign without a title")
    await page.fill("#title", "The same next year")
    await follow(page, "button:text-is('Begin')")
    await expect_good(page, "the campaign before")


async def test_the_results_of_a_trial_can_be_read_by_everybody(page: Page, planner: tuple[People, str]) -> None:
    people, url = planner
    await people.draft(analysis=ANALYSIS)
    await heard_of(handlers(people.planner), "OTM-26-0002", LAUNCH)
    await sign_in(page, url, "analyst", f"{DRAFT}/trial")
    await expect_good(page, "a trial")
    await follow(page, "text=Analyse by what has come in")
    await expect_good(page, "an early look that nobody asked for")
    await page.check("#early")
    await follow(page, "text=Analyse by what has come in")
    await expect_good(page, "checks and effects")
