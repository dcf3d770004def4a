"""Sign-out by the provider: a logout token ends the sessions that it names, and nothing else does."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from services.intake.app import build_app
from services.intake.settings import Settings
from shared.web.site.identity.logout_token import EVENT
from tests.support.browsing import HERE, Browser, Page
from tests.support.inside import Corner, Inside, inside
from tests.support.provider import agree, provider_in_thread

OURS = "otm"


@pytest.fixture(scope="module")
def issuer() -> Iterator[tuple[str, str]]:
    with provider_in_thread() as provided:
        yield provided


@pytest.fixture
async def site(tmp_path: Path, mongo_url: str, database: str, issuer: tuple[str, str]) -> AsyncIterator[Inside]:
    oidc = {"issuer": issuer[0], "client_id": OURS, "client_secret": "hush"}
    corner = Corner.made(tmp_path, mongo_url, database)
    async with inside(build_app(corner.settings(Settings, site={"address": HERE, "oidc": oidc})), corner) as running:
        yield running


async def enter(browser: Browser, subject: str) -> Page:
    browser._client.follow_redirects = False
    begun = await browser.get("/sign-in/begin?to=/session")
    browser._client.follow_redirects = True
    answer = await agree(str(begun.answer.headers["location"]), subject)
    return await browser.get(answer.raw_path.decode())


@pytest.fixture
async def browser(site: Inside) -> AsyncIterator[Browser]:
    async with Browser(site.service) as browser:
        yield browser


def token(issuer: tuple[str, str], key: Any = None, **changed: Any) -> str:
    """Returns a logout token; a claim that is None is left out."""
    now = int(time.time())
    claims = {
        "iss": issuer[0], "aud": OURS, "iat": now, "exp": now + 120, "jti": "1", "sub": "sam-1", "events": {EVENT: {}},
    } | changed  # fmt: skip
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key or issuer[1], "RS256", {"typ": "logout+jwt"})


async def say(browser: Browser, given: str) -> Page:
    return await browser.post("/sign-out/by-provider", [("logout_token", given)])


@pytest.mark.parametrize("named", [{}, {"sid": "sign-in-1"}, {"sid": "sign-in-1", "sub": None}])
async def test_a_logout_token_ends_the_sessions_of_the_person_or_the_sign_in_that_it_names(
    site: Inside, browser: Browser, issuer: tuple[str, str], named: dict[str, Any]
) -> None:
    async with Browser(site.service) as colleague:
        assert (await enter(browser, "sam-1")).status == 200
        assert (await enter(colleague, "jo-1")).status == 200
        said = await say(browser, token(issuer, **named))
        assert (said.status, said.answer.headers["cache-control"]) == (200, "no-store")
        assert (await browser.get("/session")).heading == "Sign in"
        assert (await colleague.get("/session")).status == 200


async def test_a_logout_token_of_another_sign_in_leaves_this_one(browser: Browser, issuer: tuple[str, str]) -> None:
    await enter(browser, "sam-1")
    assert (await say(browser, token(issuer, sid="sign-in-2"))).status == 200
    assert (await browser.get("/session")).status == 200


async def test_a_logout_token_that_comes_again_ends_no_later_session(browser: Browser, issuer: tuple[str, str]) -> None:
    earlier = token(issuer, iat=int(time.time()) - 20)
    await enter(browser, "sam-1")
    assert (await say(browser, earlier)).status == 200
    assert (await browser.get("/session")).status == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"events": None},
        {"events": {}},
        {"events": EVENT},
        {"nonce": "n"},
        {"sub": None},
        {"aud": "another"},
        {"iss": "http://another"},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"iat": 9_999_999_999},
    ],
)
async def test_a_token_that_is_no_logout_token_for_us_is_refused(
    browser: Browser, issuer: tuple[str, str], changed: dict[str, Any]
) -> None:
    await enter(browser, "sam-1")
    said = await say(browser, token(issuer, **changed))
    assert (said.status, said.answer.json()["error"]) == (400, "invalid_request")
    assert (await browser.get("/session")).status == 200


@pytest.mark.parametrize("given", ["", "x", "a.b.c", "é"])
async def test_what_is_no_token_is_refused(browser: Browser, given: str) -> None:
    assert (await say(browser, given)).status == 400


async def test_a_token_that_somebody_else_signed_is_refused(browser: Browser, issuer: tuple[str, str]) -> None:
    await enter(browser, "sam-1")
    theirs = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert (await say(browser, token(issuer, theirs))).status == 400
    assert (await browser.get("/session")).status == 200


async def test_without_a_provider_there_is_nobody_to_say_it(
    tmp_path: Path, mongo_url: str, database: str, issuer: tuple[str, str]
) -> None:
    corner = Corner.made(tmp_path, mongo_url, database)
    async with inside(build_app(corner.settings(Settings)), corner) as running, Browser(running.service) as browser:
        assert (await say(browser, token(issuer))).status == 404
