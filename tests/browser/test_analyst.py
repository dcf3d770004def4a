"""Pages of analysts at dispatcher in a real browser: a population is loaded, with and without scripts."""

import pytest
from playwright.async_api import BrowserContext, Page

from tests.browser.looking import expect_good, follow, sign_in
from tests.dispatcher.given.people import CAMPAIGN, file, row

pytestmark = pytest.mark.browser
HERE = f"/populations/{CAMPAIGN}"
WRONG = {"name": "people.csv", "mimeType": "text/csv", "buffer": b"name;age\nA;1\n"}
GOOD = WRONG | {"buffer": file([*(row(n) for n in range(2_000)), row(2_000, customer_reference="1")])}


async def test_pages_of_populations_can_be_used_by_everybody(page: Page, dispatcher: str) -> None:
    await sign_in(page, dispatcher, "analyst", "/populations")
    await expect_good(page, "the populations")
    await follow(page, f"a[href='{HERE}']")
    await expect_good(page, "a population that waits")
    await page.set_input_files("#file", WRONG)  # type: ignore[arg-type]
    await page.click("text=Load the population")
    await page.wait_for_selector(".govuk-error-summary:focus")
    await expect_good(page, "a file that cannot be used")
    await page.set_input_files("#file", GOOD)  # type: ignore[arg-type]
    await follow(page, "text=Load the population")
    await expect_good(page, "a population")
    async with page.expect_download() as download:
        await page.click("text=Download these rows as CSV")
    assert (await download.value).suggested_filename == f"{CAMPAIGN}-rejected.csv"


async def test_a_population_is_loaded_with_and_without_scripts(context: BrowserContext, dispatcher: str) -> None:
    page = await context.new_page()
    await sign_in(page, dispatcher, "analyst", HERE)
    await follow(page, "text=Load the population")
    assert "Choose the file of the population" in await page.inner_text(".govuk-error-summary")
    await page.set_input_files("#file", GOOD)  # type: ignore[arg-type]
    await follow(page, "text=Load the population")
    assert "2,001" in await page.inner_text("main")
