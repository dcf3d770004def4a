"""Calls at the desk: a call handler who is signed in, and what they type."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.browsing import Browser, Page
from tests.support.inside import Inside

TYPED = {"reason": "help-to-act", "outcome": "answered"}


@asynccontextmanager
async def handler(intake: Inside, role: str = "call-handler") -> AsyncIterator[tuple[Browser, Page]]:
    """Yields a browser whose person is at the desk, and that page."""
    async with Browser(intake.service) as browser:
        yield browser, await browser.sign_in(role)


async def call(browser: Browser, page: Page, reference: str) -> Page:
    """Opens a letter from a page that has the field for its reference."""
    return await browser.send(page, "/desk/letter", letter_reference=reference)
