"""A person at a page in a real browser: signing in, pressing keys, and a look whether everybody can use it."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

NARROW = {"width": 320, "height": 640}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


async def sign_in(page: Page, url: str, role: str, to: str = "/") -> None:
    await page.goto(f"{url}/sign-in?to={to}")
    async with page.expect_navigation():
        await page.click(f"button[value='{role}']")


async def follow(page: Page, what: str) -> None:
    """Clicks on something that leads to another page."""
    async with page.expect_navigation():
        await page.click(what)


async def focused(page: Page) -> None:
    """Returns once the page has given the focus to the field that it begins with, which it does after it is loaded."""
    await page.locator("body :focus").wait_for()


async def press(page: Page, *keys: str) -> int:
    """Presses keys one after the other; `Enter!` is one that leads to another page. Returns how many there were."""
    for key in keys:
        if key == "Enter!":
            async with page.expect_navigation():
                await page.keyboard.press("Enter")
            await focused(page)
        else:
            await page.keyboard.press(key)
    return len(keys)


async def expect_good(page: Page, where: str) -> None:
    """Looks at the page as it is: with axe, and on a narrow screen."""
    found = (await Axe().run(page, options=AXE)).response["violations"]
    assert found == [], f"{where}: {[(each['id'], [n['html'][:150] for n in each['nodes']]) for each in found]}"
    usual = page.viewport_size
    await page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= NARROW["width"], f"{where} is {wide} pixels wide on a screen of 320"
    if usual:
        await page.set_viewport_size(usual)
