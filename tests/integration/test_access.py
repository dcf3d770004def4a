"""Access to a running service, from outside: keys that come and go, tokens, and too many requests."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from deploy.local.stack import access
from services.notifier.app import Settings, build_app
from shared.running import watched_file as watched
from shared.web.callers.usage import Usage
from tests.support.inside import Corner, Inside, inside
from tests.support.issuer import AUDIENCE, Issuer, issuer

READER = {"subject": "reader", "kind": "machine", "scopes": ["notices:read"]}


@pytest.fixture
def corner(tmp_path: Path, mongo_url: str, database: str, monkeypatch: pytest.MonkeyPatch) -> Corner:
    monkeypatch.setattr(watched, "LOOK_EVERY", 0)
    return Corner.made(tmp_path, mongo_url, database)


@pytest.fixture
async def authority() -> AsyncIterator[Issuer]:
    async with issuer() as one:
        one.new_key("a")
        yield one


@pytest.fixture
async def notifier(corner: Corner, authority: Issuer) -> AsyncIterator[Inside]:
    oauth = {"issuer": "https://issuer", "audience": AUDIENCE, "jwks_url": authority.url}
    async with inside(build_app(corner.settings(Settings, oauth=oauth)), corner) as running:
        yield running


async def ask(notifier: Inside, secret: str, path: str = "/v1/notices") -> httpx.Response:
    async with notifier.caller(None) as client:
        return await client.get(path, headers={"Authorization": f"Bearer {secret}"})


async def test_a_key_is_good_at_once_and_no_longer_once_it_is_revoked(notifier: Inside, corner: Corner) -> None:
    key = access.create(corner.home, READER, None, datetime.now(UTC))
    assert (await ask(notifier, key)).status_code == 200
    assert (await ask(notifier, key, "/v1/operations/access")).status_code == 403
    await notifier.part(Usage).step()
    operator = json.loads(corner.home.credentials.read_bytes())["operator"]
    used = (await ask(notifier, operator, "/v1/operations/access")).json()
    assert used.keys() == {key.split("_")[1], operator.split("_")[1]}
    access.revoke(corner.home, key.split("_")[1], datetime.now(UTC))
    refused = await ask(notifier, key)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")


async def test_a_token_opens_what_its_scopes_say(notifier: Inside, authority: Issuer) -> None:
    assert (await ask(notifier, authority.token("a", scope="notices:read other:thing"))).status_code == 200
    forbidden = await ask(notifier, authority.token("a", scope="notices"))
    assert (forbidden.status_code, forbidden.json()["title"]) == (403, "this needs the scope notices:read")
    assert (await ask(notifier, authority.token("a", exp=1, scope="notices:read"))).status_code == 401


async def test_too_many_requests_of_one_key_are_told_to_wait_and_another_key_is_not(
    notifier: Inside, corner: Corner
) -> None:
    now = datetime.now(UTC)
    slow = access.create(corner.home, READER | {"rate": 0.01}, None, now)
    other = access.create(corner.home, READER, None, now)
    assert (await ask(notifier, slow)).status_code == 200
    refused = await ask(notifier, slow)
    assert (refused.status_code, refused.json()["code"]) == (429, "too-many-requests")
    assert 90 <= int(refused.headers["Retry-After"]) <= 100
    assert (await ask(notifier, other)).status_code == 200


async def test_who_tries_made_up_keys_is_told_to_wait_while_those_we_know_are_served(
    notifier: Inside, corner: Corner
) -> None:
    key = access.create(corner.home, READER, None, datetime.now(UTC))
    tried = await asyncio.gather(*(ask(notifier, f"otm_{number}_x") for number in range(60)))
    assert {answer.status_code for answer in tried} == {401, 429}
    assert "Retry-After" in tried[-1].headers
    assert (await ask(notifier, key)).status_code == 200
