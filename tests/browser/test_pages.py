"""Pages in a real browser: no violation of WCAG 2.2 AA, no sideways scrolling, light, and quick by keyboard alone."""

import pytest
from playwright.async_api import BrowserContext, Page

from services.intake.contacts.repository.contacts import MongoContacts
from tests.browser.looking import expect_good, focused, follow, press, sign_in
from tests.intake.given.letters import ENGLISH, contacts_kept
from tests.planner.given.people import People
from tests.planner.given.plans import GATES
from tests.support.inside import Inside

pytestmark = pytest.mark.browser
LARGEST = 200_000  # bytes of a page with all that it loads
MOST_KEYS = 12


async def test_pages_of_the_desk_and_their_errors_can_be_used_by_everybody(
    page: Page, intake: tuple[Inside, str]
) -> None:
    _, url = intake
    await page.goto(f"{url}/sign-in")
    await expect_good(page, "sign-in")
    await sign_in(page, url, "call-handler")
    await expect_good(page, "the desk")
    await page.fill("#letter_reference", "Q" * 41)
    await follow(page, "text=Open the call")
    await expect_good(page, "a reference that is too long")
    for reference in (ENGLISH, ENGLISH.replace("Q", "O"), ""):
        await page.goto(f"{url}/desk")
        await page.fill("#letter_reference", reference)
        await press(page, "Enter!")
        await expect_good(page, f"the call of {reference or 'no letter'}")
    await page.click("text=They gave new information")
    await page.click("text=Note or support offered")
    await page.fill("#description", "Rent")
    await follow(page, "text=Save and take the next call")
    assert await page.evaluate("document.activeElement.className") == "govuk-error-summary"
    await expect_good(page, "an error at the desk")
    await follow(page, "text=Cymraeg")
    await expect_good(page, "the call in Welsh")
    for wrong in ("/nowhere", "/desk/letters/x"):
        await page.goto(url + wrong)
        await expect_good(page, wrong)
    await page.goto(f"{url}/desk")
    await follow(page, "form[action='/sign-out'] button")
    await expect_good(page, "signed out")


async def test_pages_of_planner_and_their_errors_can_be_used_by_everybody(
    page: Page, planner: tuple[People, str]
) -> None:
    _, url = planner
    await sign_in(page, url, f"{GATES[0]}-lead")
    await expect_good(page, "what waits")
    await follow(page, "main a")
    await expect_good(page, "the brief")
    await follow(page, "text=Save your decision")
    await expect_good(page, "a decision without a choice")
    for path in ("/campaigns", "/campaigns/OTM-26-0001", "/press", "/desk"):
        await page.goto(url + path)
        await expect_good(page, path)


async def test_a_call_takes_few_keystrokes_and_no_mouse(page: Page, intake: tuple[Inside, str]) -> None:
    service, url = intake
    await sign_in(page, url, "call-handler")
    await focused(page)
    await page.keyboard.type(ENGLISH)
    keys = await press(page, "Enter!", "5", "3", "Enter!")
    assert "saved=" in page.url
    assert await page.evaluate("document.activeElement.id") == "letter_reference"
    contact = await service.part(MongoContacts).get(page.url.partition("saved=")[2])
    assert (contact.report.reason, contact.report.outcome) == ("extra-support", "referred")
    assert keys <= MOST_KEYS


async def test_new_information_too_takes_few_keystrokes_beside_what_is_typed(
    page: Page, intake: tuple[Inside, str]
) -> None:
    service, url = intake
    await sign_in(page, url, "call-handler")
    await focused(page)
    await page.keyboard.type(ENGLISH)
    keys = await press(page, "Enter!", "2", "1", "Tab", "Enter", "Tab", "3", "Tab")
    await page.keyboard.type("Rent of 400 a month")
    keys += await press(page, "Tab", "Tab", "Enter!")
    assert await page.text_content("text=Tell them to quote V-")
    assert keys <= MOST_KEYS
    assert await service.service.store["disclosures"].count_documents({}) == 1


async def test_a_call_is_saved_with_and_without_scripts(context: BrowserContext, intake: tuple[Inside, str]) -> None:
    service, url = intake
    page = await context.new_page()
    await sign_in(page, url, "call-handler")
    await page.fill("#letter_reference", ENGLISH)
    await press(page, "Enter!")
    await page.check("#reason-2")
    await page.check("#outcome-2")
    await page.dblclick("text=Save and take the next call")
    await page.wait_for_url("**/desk?saved=*")
    assert await contacts_kept(service) == 1


async def test_somebody_is_warned_before_the_session_ends_and_can_stay(page: Page, intake: tuple[Inside, str]) -> None:
    _, url = intake
    await page.clock.install()
    await sign_in(page, url, "call-handler")
    await page.clock.run_for(18 * 60 * 1000 + 1_000)
    dialog = page.locator("#time-out")
    assert await dialog.is_visible()
    await expect_good(page, "the warning")
    async with page.expect_response("**/session/stay") as answer:
        await page.click("text=Stay signed in")
    assert (await answer.value).status == 204
    assert not await dialog.is_visible()


@pytest.fixture
async def weighed(page: Page) -> list[int]:
    sizes: list[int] = []

    async def weigh(response: object) -> None:
        sizes.append(len(await response.body()))  # type: ignore[attr-defined]

    page.on("response", weigh)
    return sizes


async def test_a_page_is_light_and_asks_nobody_else(page: Page, weighed: list[int], intake: tuple[Inside, str]) -> None:
    _, url = intake
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{url}/sign-in")
    await page.wait_for_load_state("networkidle")
    assert 0 < sum(weighed) < LARGEST
    assert all(each.startswith(url) for each in asked)
