"""Pages of helpline managers and of teams in a real browser, with what is wrong on each of them."""

import pytest
from playwright.async_api import BrowserContext, Page, expect

from shared.contracts import CapacityChanged, ContactVolumeForecast
from tests.browser.looking import NARROW, expect_good, follow, press, sign_in
from tests.intake.given.disclosures import SAID
from tests.intake.given.letters import contacts_kept, handlers, report, send
from tests.planner.given.hearing import heard
from tests.planner.given.people import People
from tests.planner.given.volumes import has_room
from tests.support.inside import Inside
from tests.support.samples import sample

pytestmark = pytest.mark.browser
TEAM = "customer-services"


async def a_day_of_calls(intake: Inside) -> None:
    hear = handlers(intake)
    today = {"on": "2026-09-10", "hundredths": 40_000}
    shared_out = [{"team": TEAM, "percent": 75}, {"team": "letter-issuer", "percent": 25}]
    await hear.note_forecast(heard(sample(ContactVolumeForecast, days=[today], teams=shared_out)))
    await hear.note_capacity(heard(sample(CapacityChanged, contacts=300)))
    assert (await send(intake, report(reason="cannot-pay", volunteered=SAID))).status_code == 201


async def test_the_day_of_the_helplines_can_be_read_by_everybody(page: Page, intake: tuple[Inside, str]) -> None:
    service, url = intake
    await sign_in(page, url, "helpline-manager")
    await expect_good(page, "a day without anything")
    await a_day_of_calls(service)
    await page.goto(f"{url}/helpline?team=all")
    columns = page.locator("svg[role='img'] rect[fill='#1d70b8']:not([width='30'])")  # 30 wide is the legend
    assert await columns.count() == 1
    await expect_good(page, "the day of the helplines")
    await page.click("text=The chart in figures")
    await expect_good(page, "the chart in figures")


@pytest.mark.parametrize(
    ("role", "link", "step"),
    [("debt-adviser", "Time to pay", "accepted"), ("disclosure-officer", "V-", "acknowledged")],
)
async def test_work_lists_and_their_errors_can_be_used_by_everybody(
    page: Page, intake: tuple[Inside, str], role: str, link: str, step: str
) -> None:
    service, url = intake
    await sign_in(page, url, role)
    await expect_good(page, "nothing to do")
    await a_day_of_calls(service)
    await page.goto(f"{url}/work-list")
    await expect_good(page, "a work list")
    assert await page.locator(f"tr:has-text('{link}')").count() == 1
    await follow(page, "tbody a")
    await expect_good(page, "an item of work")
    await follow(page, "button:text-is('Save')")
    assert await page.evaluate("document.activeElement.className") == "govuk-error-summary"
    await page.click("text=Choose what you do, or write a note >> nth=0")
    assert await page.evaluate("document.activeElement.name") == "step"
    await expect_good(page, "a step of nothing")
    await page.check(f"input[value='{step}']")
    await page.fill("#note", "Rang, no answer")
    await follow(page, "button:text-is('Save')")
    await expect_good(page, "an item with a note")


async def test_capacity_briefing_and_weeks_to_come_can_be_used_by_everybody(
    page: Page, planner: tuple[People, str]
) -> None:
    people, url = planner
    await people.pass_gates()
    await sign_in(page, url, "helpline-manager", "/waiting")
    await expect_good(page, "what waits for a team")
    await follow(page, "main h3 a")
    await expect_good(page, "what a team is asked to know")
    await follow(page, "text=My team knows this")
    await expect_good(page, "what waits after an answer")
    await page.goto(f"{url}/capacity/{TEAM}")
    await expect_good(page, "the form of a capacity")
    await page.fill("#contacts", "many")
    await follow(page, "button:text-is('Save')")
    await expect_good(page, "a capacity that is no number")
    await page.fill("#contacts", "480")
    await page.fill("#reason", "The rota")
    await has_room(people.planner, 300)
    await follow(page, "button:text-is('Save')")
    await expect_good(page, "a capacity that somebody else has changed")
    await follow(page, "button:text-is('Save')")
    await expect_good(page, "the capacity of every team")
    await page.goto(f"{url}/coming")
    await expect_good(page, "no weeks to come")
    for team in ("debt-management", "press-office"):
        await people.done(f"{team}-lead", "POST", f"/stakeholders/{team}/acknowledgement")
    await people.done("designer", "POST", "/launch", {"reason": "as agreed"})
    await page.goto(f"{url}/coming")
    assert await page.locator("svg[role='img'] rect").count() > 1
    await expect_good(page, "the weeks to come")


async def test_a_letter_is_searched_for_on_a_narrow_screen_with_and_without_scripts(
    context: BrowserContext, intake: tuple[Inside, str]
) -> None:
    service, url = intake
    page = await context.new_page()
    await page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    await sign_in(page, url, "call-handler")
    await expect(page.locator("#letter_reference")).to_be_focused()  # or Tab shows the skip link, which moves the page
    await press(page, "Tab")
    await follow(page, "text=Open the call")
    await page.fill("#letter_says", "income from letting property")
    await follow(page, "button:text-is('Search')")
    assert await page.is_visible("text=Letters that say such words are of:")
    await page.check("#reason-2")
    await page.check("#outcome")
    await follow(page, "text=Save and take the next call")
    assert "saved=" in page.url
    assert await contacts_kept(service) == 1


async def test_the_search_for_a_letter_and_its_errors_can_be_used_by_everybody(
    page: Page, intake: tuple[Inside, str]
) -> None:
    _, url = intake
    await sign_in(page, url, "call-handler")
    await follow(page, "text=Open the call")
    await page.fill("#customer_reference", "2955839661")
    await follow(page, "button:text-is('Search')")
    await expect_good(page, "a search without its kind")
    await page.check("#customer_kind")
    await page.fill("#customer_reference", "1955839661")
    await page.fill("#letter_says", "income from letting property")
    await follow(page, "button:text-is('Search')")
    await expect_good(page, "what was found")
