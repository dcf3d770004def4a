"""People at the pages: signed in, signed out, idle, and sent from elsewhere."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from services.intake.app import build_app
from services.intake.settings import Settings
from shared.clock import SystemClock
from shared.protection import Keyring
from shared.running.settings import SiteSettings
from shared.web.site.sealing import Seal
from shared.web.site.session import Session, Sessions, Standing
from shared.web.site.visitors import Visitors
from tests.support.browsing import ACCEPT, HERE, Browser
from tests.support.inside import Corner, Inside

COOKIE = "otm-session"


async def test_a_page_asks_to_sign_in_first_and_leads_back(browser: Browser) -> None:
    page = await browser.get("/desk")
    assert page.path == "/sign-in?to=%2Fdesk"
    assert page.heading == "Sign in"
    back = await browser.send(page, "/sign-in/persona", role="call-handler")
    assert (back.status, back.path) == (200, "/desk")


async def test_a_persona_without_the_scope_is_told_so_in_the_look_of_the_site(browser: Browser) -> None:
    await browser.sign_in("press-officer")
    page = await browser.get("/desk")
    assert page.status == 403
    assert page.heading == "You cannot do this"
    assert "contacts:write" in page.words
    assert "/sign-out" in [form.action for form in page.forms()]


async def test_a_browser_is_shown_a_page_and_a_program_problem_details(site: Inside, browser: Browser) -> None:
    page = await browser.get("/nowhere")
    assert (page.status, page.heading) == (404, "Page not found")
    assert "unsafe" not in page.answer.headers["content-security-policy"]
    async with site.caller(None) as program:
        answer = await program.get("/nowhere")
    assert answer.headers["content-type"] == "application/problem+json"
    both = await browser.get("/nowhere", Accept="application/json, text/html")
    assert both.answer.headers["content-type"] == "application/problem+json"


async def test_what_is_too_large_is_told_in_a_page_too(browser: Browser) -> None:
    page = await browser.post("/sign-in/persona", [("role", "x" * 1_000_001)])
    assert (page.status, page.heading) == (413, "This is too large")


async def test_a_session_is_kept_where_no_script_reads_it_and_says_nothing(browser: Browser) -> None:
    page = await browser.send(await browser.get("/sign-in"), "/sign-in/persona", role="call-handler")
    cookie = next(v for r in page.answer.history for n, v in r.headers.multi_items() if v.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "call-handler" not in cookie
    assert page.answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("changed", [lambda c: c[:-4] + "AAAA", lambda c: "", lambda c: c * 100, lambda c: "%C3%A9"])
async def test_a_session_that_was_tampered_with_is_none(browser: Browser, changed: Callable[[str], str]) -> None:
    await browser.sign_in("call-handler")
    cookie = changed(browser.cookies[COOKIE])
    browser.cookies.clear()
    page = await browser.get("/desk", Cookie=f"{COOKIE}={cookie}")
    assert page.heading == "Sign in"


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_a_form_that_another_site_sends_is_refused(browser: Browser, headers: dict[str, str]) -> None:
    page = await browser.sign_in("call-handler")
    refused = await browser.send(page, "/session/language", headers, language="cy")
    assert refused.status == 403
    assert "from another site" in refused.words
    assert (await browser.send(page, "/session/language", {"Origin": HERE}, language="cy")).status == 200


async def test_a_form_of_another_session_is_refused(site: Inside, browser: Browser) -> None:
    page = await browser.sign_in("call-handler")
    async with Browser(site.service) as other:
        own = await other.sign_in("call-handler")
        refused = await other.send(own, "/session/language", _csrf=dict(page.form("/session").fields)["_csrf"])
    assert refused.status == 403


async def test_a_link_leads_nowhere_but_to_a_page_of_ours(browser: Browser) -> None:
    for to in ("https://elsewhere", "//elsewhere", "/\\elsewhere", "/desk?x=1"):
        page = await browser.get("/sign-in?" + str(httpx.QueryParams({"to": to})))
        assert dict(page.form("/sign-in/persona").fields)["to"] == "/"


async def test_signing_out_ends_the_session(browser: Browser) -> None:
    page = await browser.sign_in("call-handler")
    assert (await browser.send(page, "/sign-out")).heading == "You are signed out"
    assert (await browser.get("/desk")).heading == "Sign in"


async def test_a_session_ends_when_nothing_is_done_and_at_the_end_of_the_day() -> None:
    class At(SystemClock):
        later = timedelta()

        def now(self) -> datetime:
            return super().now() + self.later

    clock = At()
    sessions = Sessions(SiteSettings(idle_minutes=20, longest_hours=12), _seal(), clock)
    session = sessions.begin("somebody", ("designer",), None, "en")
    for minutes, standing in ((19, Standing.HOLDS), (21, Standing.IDLE), (13 * 60, Standing.OVER)):
        clock.later = timedelta(minutes=minutes)
        assert sessions.open(sessions.sealed(session))[1] is standing
    clock.later = timedelta(hours=12, minutes=5)
    busy = sessions.refreshed(session)
    assert sessions.open(sessions.sealed(busy))[1] is Standing.IDLE


def _seal() -> Seal:
    return Seal(Keyring("k1", {"k1": bytes(32)}, bytes(32), bytes(32)))


async def test_what_is_sealed_for_one_purpose_is_no_use_for_another() -> None:
    seal = _seal()
    sessions = Sessions(SiteSettings(), seal, SystemClock())
    sealed = seal.seal(sessions.begin("somebody", (), None, "en"), "signing-in")
    assert sessions.open(sealed) == (None, Standing.OVER)


async def test_a_session_of_one_service_holds_at_another(site: Inside) -> None:
    mine = site.part(Visitors).sessions
    session = mine.begin("somebody", ("designer",), None, "cy")
    opened, standing = site.part(Visitors).sessions.open(mine.sealed(session))
    assert (opened, standing) == (session, Standing.HOLDS)
    assert isinstance(opened, Session)


@pytest.mark.parametrize(
    "outside",
    [
        {"http_host": "0.0.0.0"},  # noqa: S104
        {"site": {"personas": True, "address": "https://campaigns.example"}},
        {"trusted_proxies": ("10.0.0.0/8",)},
        {"site": {"personas": True, "oidc": {"issuer": "https://issuer", "client_id": "otm"}}},
    ],
)
def test_personas_that_others_could_reach_stop_a_service_from_starting(
    outside: dict[str, object],
) -> None:
    good = {"keyring_file": "k", "access_file": "a", "site": {"personas": True}}
    assert Settings.model_validate(good).site.personas
    with pytest.raises(ValidationError, match="one machine"):
        Settings.model_validate(good | outside)


async def test_personas_are_nobodys_who_comes_by_another_name(site: Inside) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(site.service.api), base_url="http://rebound.example", headers={"Accept": ACCEPT}
    ) as client:
        answer = await client.post(
            "/sign-in/persona",
            content="role=designer",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_without_personas_nobody_signs_in_as_one(corner_settings: Corner) -> None:
    service = build_app(corner_settings.settings(Settings))
    async with Browser(service) as browser:
        assert "Nobody has set up" in (await browser.get("/sign-in")).words
        assert (await browser.post("/sign-in/persona", [("role", "designer")])).status == 404
    service.store.close()


@pytest.fixture
def corner_settings(tmp_path: Path, mongo_url: str, database: str) -> Corner:
    return Corner.made(tmp_path, mongo_url, database)


async def test_a_fault_of_ours_is_told_in_a_page_that_says_nothing_of_it(site: Inside, browser: Browser) -> None:
    await browser.sign_in("call-handler")
    site.service.store.close()
    page = await browser.get("/desk")
    assert page.status in (500, 503)
    assert page.heading in ("Sorry, something went wrong", "This is not available right now")
    assert "Error" not in page.words


async def test_a_role_whose_pages_are_at_another_service_is_told_that_there_is_none_here(browser: Browser) -> None:
    page = await browser.sign_in("designer")
    assert (page.status, page.heading) == (200, "There is no page for you here")
