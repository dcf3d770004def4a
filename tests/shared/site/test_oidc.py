"""Sign-in with a real provider: a process of its own, spoken to over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from services.intake.app import build_app
from services.intake.settings import Settings
from shared.web.site.visitors import Visitors
from tests.support.browsing import HERE, Browser, Page
from tests.support.inside import Corner, Inside, inside
from tests.support.provider import agree, provider


@pytest.fixture(scope="module")
async def issuer(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with provider(tmp_path_factory.mktemp("provider")) as url:
        yield url


@asynccontextmanager
async def served(folder: Path, mongo_url: str, database: str, issuer: str) -> AsyncIterator[Inside]:
    oidc = {"issuer": issuer, "client_id": "otm", "client_secret": "hush"}
    corner = Corner.made(folder, mongo_url, database)
    settings = corner.settings(Settings, site={"address": HERE, "oidc": oidc})
    async with inside(build_app(settings), corner) as running:
        yield running


@pytest.fixture
async def site(tmp_path: Path, mongo_url: str, database: str, issuer: str) -> AsyncIterator[Inside]:
    async with served(tmp_path, mongo_url, database, issuer) as running:
        yield running


@pytest.fixture
async def browser(site: Inside) -> AsyncIterator[Browser]:
    async with Browser(site.service) as browser:
        yield browser


async def begun(browser: Browser, to: str = "/desk") -> str:
    """Returns the address at the provider that the sign-in leads to."""
    browser._client.follow_redirects = False
    page = await browser.get(f"/sign-in/begin?to={to}")
    browser._client.follow_redirects = True
    return str(page.answer.headers["location"])


async def back(browser: Browser, url: str, subject: str) -> Page:
    answer = await agree(url, subject)
    return await browser.get(answer.raw_path.decode())


async def test_somebody_signs_in_with_the_provider_and_comes_to_the_page_that_they_wanted(
    browser: Browser, site: Inside
) -> None:
    page = await browser.get("/desk")
    assert "/sign-in/begin?to=/desk" in page.links
    url = await begun(browser)
    asked = parse_qs(urlsplit(url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{HERE}/sign-in/callback"]
    desk = await back(browser, url, "jo-1")
    assert (desk.status, desk.path) == (200, "/desk")
    session, _ = site.part(Visitors).sessions.open(browser.cookies["otm-session"])
    assert session is not None
    assert (session.subject, session.roles, session.team) == (
        "jo-1",
        ("call-handler", "press-officer"),
        "letter-issuer",
    )


async def test_an_answer_that_was_not_asked_for_in_this_browser_is_refused(browser: Browser) -> None:
    url = await begun(browser)
    browser.cookies.clear()
    page = await back(browser, url, "jo-1")
    assert page.status == 403
    assert "begin anew" in page.words


async def test_an_answer_counts_once(browser: Browser) -> None:
    url = await begun(browser)
    answer = await agree(url, "jo-1")
    first = browser.cookies["otm-signing-in"]
    assert (await browser.get(answer.raw_path.decode())).status == 200
    browser.cookies.clear()
    browser.cookies.set("otm-signing-in", first)
    page = await browser.get(answer.raw_path.decode())
    assert page.status == 401
    assert page.heading == "You are not signed in"


async def test_an_answer_to_another_sign_in_is_refused(browser: Browser) -> None:
    """The state is changed to ours, as somebody does who wants us to be signed in as them."""
    theirs = await agree(await begun(browser), "jo-1")
    ours = parse_qs(urlsplit(await begun(browser)).query)["state"][0]
    page = await browser.get(str(theirs.copy_merge_params({"state": ours}).raw_path.decode()))
    assert page.status == 401


async def test_somebody_without_a_role_is_signed_in_and_has_no_page(browser: Browser) -> None:
    page = await back(browser, await begun(browser, "/"), "nobody-1")
    assert page.heading == "There is no page for you here"


async def test_somebody_who_is_told_by_a_name_and_no_code_is_refused_without_repeating_it(browser: Browser) -> None:
    page = await back(browser, await begun(browser), "Jane Citizen <jane@example.org>")
    assert page.status == 403
    assert "Jane" not in page.words


async def test_somebody_who_declines_is_told_so(browser: Browser) -> None:
    url = await begun(browser)
    async with httpx.AsyncClient() as client:
        answer = await client.post(url, data={"action": "deny"})
    declined = httpx.URL(answer.headers["location"])
    state = parse_qs(urlsplit(url).query)["state"][0]
    page = await browser.get(declined.copy_merge_params({"state": state}).raw_path.decode())
    assert page.status == 401


async def test_signing_out_ends_the_session_at_the_provider_too(browser: Browser) -> None:
    page = await back(browser, await begun(browser), "jo-1")
    browser._client.follow_redirects = False
    answer = await browser.send(page, "/sign-out")
    assert answer.status == 303
    assert "/oauth2/end_session" in answer.answer.headers["location"]
    assert "otm-session" not in browser.cookies


async def test_while_the_provider_is_away_people_are_told_to_try_again(
    tmp_path: Path, mongo_url: str, database: str
) -> None:
    async with (
        served(tmp_path, mongo_url, database, "http://127.0.0.1:1") as site,
        Browser(site.service) as browser,
    ):
        page = await browser.get("/sign-in/begin?to=/desk")
    assert (page.status, page.heading) == (503, "This is not available right now")
