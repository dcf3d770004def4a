"""The pictures of the pages in `docs/pictures`, taken anew by `make pictures` in the same browser as the tests."""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from tests.browser.looking import sign_in
from tests.browser.whole_site import whole_site
from tests.intake.given.letters import ENGLISH
from tests.planner.given.plans import GATES

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
CAMPAIGN = "/campaigns/OTM-26-0001"
WIDE, PHONE = 1_000, 390  # pixels
TALLEST = 1_150
WITH_CHART = 1_490


@dataclass(frozen=True)
class Picture:
    """A page as a role sees it, its first `height` pixels. `type_in` is typed into the first field, and sent."""

    name: str
    role: str
    path: str
    width: int = WIDE
    height: int = TALLEST
    type_in: str = ""


PICTURES = (
    Picture("campaign", "designer", CAMPAIGN),
    Picture("waves", "designer", f"{CAMPAIGN}/waves", height=WITH_CHART),
    Picture("clash", "designer", f"{CAMPAIGN}/clashes/OTM-26-0002"),
    Picture("part", "designer", f"{CAMPAIGN}/write/action"),
    Picture("arms", "designer", f"{CAMPAIGN}/write/letters/2", height=WITH_CHART),
    Picture("helpline", "helpline-manager", "/helpline?team=all", height=WITH_CHART),
    Picture("coming", "debt-adviser", "/coming"),
    Picture("brief", f"{GATES[0]}-lead", f"/waiting/OTM-26-0001/{GATES[0]}"),
    Picture("desk", "call-handler", "/desk", type_in=ENGLISH),
    Picture("press", "press-officer", "/press", PHONE),
)


async def take_all() -> None:
    program = shutil.which("chromium")
    if program is None:
        raise SystemExit("make pictures needs Chromium: apt-get install chromium nginx-light")
    with tempfile.TemporaryDirectory() as folder:
        async with (
            Infrastructure(Home(Path(folder) / "ground")) as ground,
            whole_site(Path(folder), ground.mongo_url, "pictures", ground.amqp_url) as url,
            async_playwright() as playwright,
        ):
            browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            for picture in PICTURES:
                await _take(browser, url, picture)
            await browser.close()


async def _take(browser: Browser, url: str, picture: Picture) -> None:
    context = await browser.new_context(viewport={"width": picture.width, "height": 700})
    page = await context.new_page()
    await sign_in(page, url, picture.role)
    await page.goto(url + picture.path)
    if picture.type_in:
        await page.fill("main input[type=text]", picture.type_in)
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
    height = min(picture.height, await page.evaluate("document.body.scrollHeight"))
    file = FOLDER / f"{picture.name}.png"
    await page.screenshot(
        path=file, full_page=True, clip={"x": 0, "y": 0, "width": picture.width, "height": height}, caret="hide"
    )
    print(f"{file.name}: {file.stat().st_size:,} bytes")
    await context.close()


if __name__ == "__main__":
    asyncio.run(take_all())
