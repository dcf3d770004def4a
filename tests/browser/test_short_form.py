"""The short form of the checks in a browser, for `make test` where Chromium is there: a call from sign-in to undo."""

import pytest
from playwright.async_api import Page

from tests.browser.conftest import CHROMIUM
from tests.browser.looking import expect_good, focused, follow, press, sign_in
from tests.intake.given.letters import ENGLISH, contacts_kept
from tests.support.inside import Inside

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed here: make test-browser needs it")


async def test_a_call_from_sign_in_to_undo_by_keyboard_on_pages_that_everybody_can_use(
    page: Page, intake: tuple[Inside, str]
) -> None:
    service, url = intake
    await page.goto(f"{url}/sign-in")
    await expect_good(page, "sign-in")
    await sign_in(page, url, "call-handler")
    await focused(page)
    await page.keyboard.type(ENGLISH)
    await press(page, "Enter!")
    await expect_good(page, "the call")
    await press(page, "5", "3", "Enter!")
    assert await contacts_kept(service) == 1
    await expect_good(page, "the desk after a call")
    await follow(page, "main button:has-text('Undo')")
    await expect_good(page, "the call after it was undone")
