"""While the store is away every request is answered 503 within the time of one look for a server, however many come."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from shared.storage import store as store_module
from tests.support.apps import SERVICES
from tests.support.inside import Corner, Inside, inside

SELECT_SECONDS = 6.0
SLACK_SECONDS = 12.0
"""The time that a busy machine may add: three looks for a server, one after the other, take longer."""
ELECTION_SECONDS = 3.0
AT_ONCE = 40
ASKED = {
    "planner": ("GET", "/v1/campaigns/OTM-26-0001", "designer"),
    "dispatcher": ("GET", "/v1/campaigns/OTM-26-0001/dispatch", "analyst"),
    "intake": ("POST", "/v1/contacts", "helpline"),
    "notifier": ("GET", "/v1/notices", "operator"),
}

CONTACT = {"channel": "phone", "reason": "other", "received_at": datetime.now(UTC).isoformat()}


@pytest.fixture
async def services(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> AsyncIterator[tuple[dict[str, Inside], Any]]:
    """The four services in one process, which so share Motor's threads, and a store that is the test's to stop. The
    parameter is for how many seconds they wait for it."""
    monkeypatch.setattr(store_module, "SELECT_WITHIN", round(getattr(request, "param", SELECT_SECONDS) * 1000))
    home = Home(tmp_path / "own")
    home.prepare()
    infrastructure = Infrastructure(home)
    async with AsyncExitStack() as stack:
        await infrastructure.store.start()
        stack.push_async_callback(infrastructure.store.stop)
        running = {}
        for name, build in SERVICES.items():
            (tmp_path / name).mkdir()
            corner = Corner.made(tmp_path / name, infrastructure.mongo_url, name)
            running[name] = await stack.enter_async_context(inside(build(corner, tmp_path / name), corner))
        yield running, infrastructure.store


async def answers(services: dict[str, Inside]) -> list[httpx.Response]:
    """Returns what `AT_ONCE` requests to all services at the same moment are answered."""
    async with AsyncExitStack() as stack:
        callers = [
            (await stack.enter_async_context(services[name].caller(subject)), method, path)
            for name, (method, path, subject) in ASKED.items()
        ]
        return await asyncio.gather(
            *(
                caller.request(method, path, timeout=300, json=CONTACT if method == "POST" else None)
                for caller, method, path in callers * (AT_ONCE // len(callers))
            )
        )


def expect_away(found: list[httpx.Response]) -> None:
    assert [answer.status_code for answer in found] == [503] * AT_ONCE, {answer.text for answer in found}
    assert {answer.headers["Retry-After"] for answer in found} == {"5"}
    assert {answer.json()["code"] for answer in found} == {"unavailable"}


async def test_forty_requests_at_once_wait_together_for_a_store_that_has_just_gone_and_later_ones_not_at_all(
    services: tuple[dict[str, Inside], Any],
) -> None:
    running, store = services
    assert not [answer.text for answer in await answers(running) if answer.is_server_error]
    await store.stop()
    begun = time.monotonic()
    expect_away(await answers(running))
    assert time.monotonic() - begun < SELECT_SECONDS + SLACK_SECONDS
    begun = time.monotonic()
    expect_away(await answers(running))
    assert time.monotonic() - begun < SELECT_SECONDS, "nobody waits for what is known"
    await store.start()
    async with asyncio.timeout(30):
        while any(answer.is_server_error for answer in await answers(running)):
            await asyncio.sleep(0.2)


@pytest.mark.parametrize("services", [120.0], indirect=True)
async def test_requests_that_meet_a_short_absence_such_as_an_election_are_answered_once_it_is_over(
    services: tuple[dict[str, Inside], Any],
) -> None:
    running, store = services
    await answers(running)
    await store.stop()
    asked = asyncio.create_task(answers(running))
    await asyncio.sleep(ELECTION_SECONDS)
    assert not asked.done()
    await store.start()
    found = await asked
    assert not [answer.text for answer in found if answer.is_server_error]
    assert [answer.status_code for answer in found].count(httpx.codes.CREATED) == AT_ONCE // len(ASKED)
