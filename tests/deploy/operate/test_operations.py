"""Keys and audit trails of a whole running stack, as its operators handle them."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from pymongo import AsyncMongoClient

from deploy.local.exit_codes import ExitCode
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.stack import Stack
from tests.deploy.given.otm import Otm

pytestmark = pytest.mark.long
CONTACTS = 40
REPORT = {"channel": "phone", "reason": "other", "received_at": datetime.now(UTC).isoformat(), "note": "Gwenllian rang"}


@pytest.fixture
async def stack(infrastructure: Infrastructure, home: Home) -> AsyncIterator[Stack]:
    """The real services, on a store that starts empty."""
    async with AsyncMongoClient[dict[str, str]](infrastructure.mongo_url) as client:
        for name in await client.list_database_names():
            if name.startswith("otm_"):
                await client.drop_database(name)
    settings = LocalSettings(home=home.folder, amqp_url=infrastructure.amqp_url, mongo_url=infrastructure.mongo_url)
    async with Stack(home, settings) as running:
        yield running


def otm_of(stack: Stack) -> Otm:
    return Otm(stack.home, stack.settings)


def intake(stack: Stack, subject: str = "helpline", key: str | None = None) -> httpx.AsyncClient:
    key = key or json.loads(stack.home.credentials.read_bytes())[subject]
    return httpx.AsyncClient(
        base_url=stack.services.url("intake"), headers={"Authorization": f"Bearer {key}"}, timeout=20
    )


async def test_personal_data_follows_a_new_key_while_it_is_read_and_a_service_dies(stack: Stack) -> None:
    otm = otm_of(stack)
    async with intake(stack) as helpline:
        sent = [await helpline.post("/v1/contacts", json=REPORT) for _ in range(CONTACTS)]
        paths = [f"/v1/contacts/{answer.json()['contact']}" for answer in sent]

        rotated = await otm("keys", "rotate", "--no-wait")
        assert rotated.printed.strip() == "k2"
        for path in paths:
            assert (await helpline.get(path)).json()["report"]["note"] == REPORT["note"]
        await stack.services.kill("intake")
        early = await otm("keys", "retire", "k1")
        assert early.code == ExitCode.FAILED
        await stack.services.wait_ready()
        current = await otm("keys", "retire", "k2")
        assert (current.code, "still encrypts with k2" in current.said) == (ExitCode.FAILED, True)
        async with asyncio.timeout(60):
            while not all(answer["done"] for answer in (await otm("keys", "status", "--json")).json.values()):
                await asyncio.sleep(0.5)
        retired = await otm("keys", "retire", "k1")
        assert retired.code == ExitCode.OK, retired.said
        assert set(json.loads(stack.home.keyring.read_bytes())["encryption"]["keys"]) == {"k2"}

        await stack.services.kill("intake")
        await stack.services.wait_ready()
        for path in paths:
            assert (await helpline.get(path)).json()["report"]["note"] == REPORT["note"]


async def test_a_trail_that_was_tampered_with_in_the_store_is_found(
    stack: Stack, infrastructure: Infrastructure
) -> None:
    otm = otm_of(stack)
    async with intake(stack) as helpline:
        contact = (await helpline.post("/v1/contacts", json=REPORT)).json()["contact"]
        for _ in range(5):
            await helpline.get(f"/v1/contacts/{contact}")
    whole = await otm("audit", "verify")
    assert (whole.code, "intake: 5 entries, whole" in whole.printed) == (ExitCode.OK, True)
    async with AsyncMongoClient[dict[str, str]](infrastructure.mongo_url) as client:
        trail, seals = client["otm_intake"]["audit_written"], client["otm_intake"]["audit"]
        ids = [row["_id"] async for row in trail.find({}).sort("_id", 1)]
        await trail.update_one({"_id": ids[2]}, {"$set": {"who": "nobody"}})
        changed = await otm("audit", "verify")
        await trail.update_one({"_id": ids[2]}, {"$set": {"who": "helpline"}})
        assert (await otm("audit", "verify")).code == ExitCode.OK
        last = await trail.find_one_and_delete({"_id": ids[4]}) or {}
        cut = await otm("audit", "verify")
        await trail.insert_one(last)
        assert (await otm("audit", "verify")).code == ExitCode.OK
        await seals.delete_many({})
        unsealed = await otm("audit", "verify")
    assert (changed.code, "intake: entry 3 of chain" in changed.printed) == (ExitCode.FAILED, True)
    assert (cut.code, "intake: entry 5 of chain" in cut.printed) == (ExitCode.FAILED, True)
    assert (unsealed.code, "is not the one that was there the last time" in unsealed.printed) == (ExitCode.FAILED, True)


async def test_a_key_is_given_out_replaced_and_taken_away_while_everything_runs(stack: Stack) -> None:
    otm = otm_of(stack)
    wrong = await otm("access", "create", "dialler", "--scope", "contacts:wriet")
    assert (wrong.code, "Nothing asks for contacts:wriet" in wrong.said) == (ExitCode.FAILED, True)
    key = (await otm("access", "create", "dialler", "--scope", "contacts:write")).printed.strip()
    await until(stack, key, 201)
    rows = (await otm("access", "list", "--json")).json
    row = next(row for row in rows if row["subject"] == "dialler")
    assert row["last_used"] is not None
    new = (await otm("access", "rotate", row["id"], "--overlap", "0")).printed.strip()
    await until(stack, new, 201)
    await until(stack, key, 401)
    await otm("access", "revoke", new.split("_")[1])
    await until(stack, new, 401)


async def until(stack: Stack, key: str, status: int) -> None:
    """The services notice within a second; a busy machine may take longer to let them."""
    async with asyncio.timeout(20), intake(stack, key=key) as client:
        while (await client.post("/v1/contacts", json=REPORT)).status_code != status:
            await asyncio.sleep(0.5)
