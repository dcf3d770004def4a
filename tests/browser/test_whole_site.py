"""The whole site as each persona meets it: no dead link, valid HTML, light, without scripts and at a zoom of 400%."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser as Chromium

from shared.contracts import CampaignApproved
from shared.running.settings import SiteSettings
from shared.web.site.roles import load_roles
from tests.browser.looking import expect_good, follow, sign_in
from tests.browser.validating import Validator, validator
from tests.browser.visiting import Visitor
from tests.browser.whole_site import whole_site
from tests.notifier.given.desk import PUBLIC_URL, opened
from tests.notifier.given.planned import amended
from tests.planner.given.people import People
from tests.support.browsing import Browser
from tests.support.inside import Corner
from tests.support.samples import sample

pytestmark = pytest.mark.browser
ENOUGH = 40  # pages that the whole site has at least
ROLES = load_roles(SiteSettings().roles_file)
ZOOMED = {"width": 320, "height": 256}
"""A window of 1280 by 1024 at a zoom of 400%, in CSS pixels."""


@pytest.fixture(scope="module")
async def checker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Validator]:
    async with validator(tmp_path_factory.mktemp("validator")) as running:
        yield running


@pytest.fixture
async def url(tmp_path: Path, mongo_url: str, database: str, amqp_url: str) -> AsyncIterator[str]:
    async with whole_site(tmp_path, mongo_url, database, amqp_url) as address:
        yield address


async def test_every_link_of_every_persona_leads_to_a_valid_light_page(url: str, checker: Validator) -> None:
    wrong: list[str] = []
    pages = 0
    for role in ROLES:
        async with Browser(url=url) as browser:
            visitor = Visitor(browser, url, role, checker)
            await visitor.look_around()
            await visitor.check(await browser.get("/nowhere"))
            await visitor.check(await browser.get("/campaigns/OTM-26-9999"))
            await visitor.send_all_forms_empty()
            wrong += visitor.wrong
            pages += len(visitor.pages)
    async with Browser(url=url) as browser:
        stranger = Visitor(browser, url, "nobody", checker)
        for path in ("/sign-in", "/signed-out", "/nowhere"):
            await stranger.check(await browser.get(path))
        wrong += stranger.wrong
    assert wrong == [], "\n".join(wrong)
    assert pages > ENOUGH


async def test_the_description_of_a_service_is_valid_and_light(
    chromium: Chromium, checker: Validator, planner: tuple[People, str]
) -> None:
    _, url = planner
    async with Browser(url=url) as browser:
        visitor = Visitor(browser, url, "programmer", checker)
        await visitor.look_below("/docs")
    assert visitor.wrong == [], "\n".join(visitor.wrong)
    page = await chromium.new_page(viewport=ZOOMED, device_scale_factor=4)  # type: ignore[arg-type]
    value = min(path for path in visitor.pages if path.startswith("/docs/values/"))
    for path in ("/docs", "/docs/forecast", value, "/docs/events", "/docs/events/campaign.approved.v1"):
        assert path in visitor.pages
        await page.goto(url + path)
        await expect_good(page, path)
    await page.close()


async def test_the_pages_behind_the_link_of_a_notice_are_valid_and_can_be_used_by_everybody(
    chromium: Chromium, checker: Validator, tmp_path: Path, mongo_url: str, database: str
) -> None:
    corner = Corner.made(tmp_path, mongo_url, database)
    async with opened(corner, 0) as desk, desk.notifier.listening() as url, Browser(url=url) as browser:
        await desk.approved()
        await desk.say(sample(CampaignApproved))
        asked, other = [notice for notice in await desk.made() if notice.needs_acknowledgement][:2]
        path = (desk.links.of(asked) or "").removeprefix(PUBLIC_URL)
        visitor = Visitor(browser, url, "team", checker)
        await visitor.check(await browser.get(path))
        page = await chromium.new_page(viewport=ZOOMED, device_scale_factor=4)  # type: ignore[arg-type]
        await page.goto(url + path)
        await expect_good(page, "a notice to acknowledge")
        await follow(page, "text=We know")
        await expect_good(page, "an acknowledgement by nobody")
        await page.fill("#by", "desk-7")
        await follow(page, "text=We know")
        await expect_good(page, "an acknowledgement")
        await desk.say(amended())
        for link in (path, (desk.links.of(other) or "").removeprefix(PUBLIC_URL), f"{path}x"):
            await visitor.check(await browser.get(link))
            await page.goto(url + link)
            await expect_good(page, f"the link {link}")
        await page.close()
    assert visitor.wrong == [], "\n".join(visitor.wrong)


async def test_every_page_can_be_used_by_everybody_at_a_zoom_of_400_percent(
    url: str, checker: Validator, chromium: Chromium
) -> None:
    seen = set[str]()
    for role in ROLES:
        async with Browser(url=url) as browser:
            visitor = Visitor(browser, url, role, checker)
            await visitor.look_around()
        context = await chromium.new_context(viewport=ZOOMED, device_scale_factor=4)  # type: ignore[arg-type]
        page = await context.new_page()
        await sign_in(page, url, role)
        for path in sorted(set(visitor.pages) - seen):
            seen.add(path)
            if visitor.pages[path].answer.headers["content-type"].startswith("text/html"):
                await page.goto(url + path)
                await expect_good(page, f"{path} of {role}")
        await context.close()
    assert len(seen) > ENOUGH / 2
