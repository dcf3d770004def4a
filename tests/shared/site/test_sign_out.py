"""Sign-out everywhere: in all browsers of a person, at all services, and nobody else's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from fastapi import APIRouter
from pydantic import SecretStr

from shared.running.composition import Parts, assemble
from shared.running.service import Service
from shared.running.settings import ServiceSettings
from shared.storage.common import COMMON_COLLECTIONS
from shared.storage.schema import Schema
from tests.support.browsing import Browser
from tests.support.inside import Corner, Inside
from tests.support.probe import consuming

EVERYWHERE = "/sign-out/everywhere"


async def test_signing_out_everywhere_ends_the_sessions_of_this_person_alone(site: Inside, browser: Browser) -> None:
    async with Browser(site.service) as at_home, Browser(site.service) as colleague:
        await at_home.sign_in("call-handler")
        await colleague.sign_in("helpline-manager")
        await browser.sign_in("call-handler")
        page = await browser.get("/session")
        assert "Call handler" in page.words
        assert (await browser.send(page, EVERYWHERE)).heading == "You are signed out"
        assert (await at_home.get("/desk")).heading == "Sign in"
        assert (await at_home.get("/")).heading == "Sign in"
        assert (await colleague.get("/session")).heading == "You are signed in"
        again = await at_home.sign_in("call-handler", to="/desk")
        assert again.path == "/desk", "a session that begins later holds"


async def test_a_form_of_a_session_that_was_ended_elsewhere_changes_nothing(site: Inside, browser: Browser) -> None:
    async with Browser(site.service) as thief:
        kept = await thief.sign_in("call-handler", to="/session")
        await browser.sign_in("call-handler")
        await browser.send(await browser.get("/session"), EVERYWHERE)
        await browser.sign_in("call-handler")
        refused = await thief.send(kept, EVERYWHERE)
        assert refused.heading == "Sign in"
        assert (await browser.get("/session")).status == 200


async def test_another_site_signs_nobody_out(browser: Browser) -> None:
    await browser.sign_in("call-handler")
    page = await browser.get("/session")
    assert (await browser.send(page, EVERYWHERE, {"Origin": "https://elsewhere"})).status == 403
    assert (await browser.send(page, EVERYWHERE, _csrf="0" * 64)).status == 403
    assert (await browser.get("/session")).status == 200


class Settings(ServiceSettings):
    mongo_database: str


@asynccontextmanager
async def running(name: str, corner: Corner, amqp_url: str) -> AsyncIterator[Service]:
    """A service that has nothing but what all have, on the real broker."""
    settings = corner.settings(Settings, site={"personas": True}, amqp_url=SecretStr(amqp_url))
    service = assemble(
        Parts.of(name, settings, Schema("sign_out", COMMON_COLLECTIONS)), hears={}, router=APIRouter(), provides={}
    )
    await service.store.prepare()
    await service._start()
    await consuming(service.bus)  # what is said before its queue is there, no service hears
    try:
        yield service
    finally:
        await service.bus.stop_consuming()
        await asyncio.gather(*(job.stop() for job in service.jobs))
        await service.bus.stop()
        service.store.close()


async def test_a_sign_out_everywhere_at_one_service_holds_at_the_others(
    tmp_path: Path, mongo_url: str, database: str, amqp_url: str
) -> None:
    corner = Corner.made(tmp_path, mongo_url, database)
    other = Corner(corner.home, mongo_url, f"{database}_2")
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(running("first", corner, amqp_url))
        second = await stack.enter_async_context(running("second", other, amqp_url))
        here = await stack.enter_async_context(Browser(first))
        there = await stack.enter_async_context(Browser(second))
        await here.sign_in("designer")
        await there.sign_in("designer")
        assert (await there.get("/session")).status == 200
        await here.send(await here.get("/session"), EVERYWHERE)
        async with asyncio.timeout(60):
            while (await there.get("/session")).heading != "Sign in":
                await asyncio.sleep(0.05)


@pytest.fixture
async def closed(site: Inside) -> Inside:
    site.service.store.close()
    return site


async def test_while_nobody_can_tell_whether_a_session_was_ended_it_does_not_hold(closed: Inside) -> None:
    async with Browser(closed.service) as browser:
        await browser.sign_in("call-handler")
        assert (await browser.get("/session")).status in (500, 503)
