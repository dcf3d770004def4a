"""`otm migrate` on a real store, and a service that waits for it."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from deploy.local.cli import app
from deploy.local.errors import StackError
from deploy.local.operate.migrations import again, migrate, pending
from deploy.local.stack.services import SERVICES
from services.planner.app import build_app
from services.planner.settings import Settings
from shared.storage.migrations.turn import Turn
from shared.storage.store import Store
from tests.support.ground import Ground
from tests.support.inside import Corner, Inside

READY_SECONDS = 10


@pytest.fixture
def prefix() -> str:
    return f"t{uuid4().hex[:8]}_"


async def test_every_database_is_migrated_once_and_again(ground: Ground, prefix: str) -> None:
    before = await pending(ground.mongo_url, SERVICES, prefix)
    assert all(each.words for each in before.values())
    for _ in range(2):
        await migrate(ground.mongo_url, SERVICES, prefix)
    after = await pending(ground.mongo_url, SERVICES, prefix)
    assert {name: each.words for name, each in after.items()} == {name: [] for name in SERVICES}


async def test_another_runner_and_an_unknown_migration_are_refused(ground: Ground, prefix: str) -> None:
    store = Store(ground.mongo_url, f"{prefix}otm_planner")
    assert await Turn(store.database).take() is None
    with pytest.raises(StackError, match="planner: another runner is at work"):
        await migrate(ground.mongo_url, ["planner"], prefix, wait=False)
    with pytest.raises(StackError, match="planner has no migration 0009"):
        await again(ground.mongo_url, "planner", "0009")
    store.close()


def test_the_command_says_what_is_missing_and_makes_it(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTM_MONGO_URL", ground.mongo_url)
    monkeypatch.setenv("OTM_HOME", str(tmp_path))
    otm = CliRunner().invoke
    ran = otm(app, ["migrate", "run", "notifier"])
    assert (ran.exit_code, "notifier: as this version needs it" in ran.output) == (0, True), ran.output
    said = otm(app, ["migrate", "status", "notifier"])
    assert (said.exit_code, said.output) == (0, "notifier: as this version needs it\n")
    assert otm(app, ["migrate", "run", "strangers"]).exit_code == 1


async def test_a_service_is_not_ready_before_the_migration_and_goes_on_by_itself_after_it(
    ground: Ground, tmp_path: Path, amqp_url: str, prefix: str
) -> None:
    corner = Corner.made(tmp_path, ground.mongo_url, f"{prefix}otm_planner")
    service = build_app(corner.settings(Settings, amqp_url=amqp_url))
    planner, starting = Inside(service, corner), asyncio.create_task(service._start())
    async with planner.caller(None) as probe:

        async def ready() -> tuple[int, str]:
            answer = await probe.get("/health/ready")
            return answer.status_code, answer.json()["parts"]["store"]

        try:
            async with asyncio.timeout(READY_SECONDS):
                while "no collection" not in (await ready())[1]:
                    await asyncio.sleep(0.02)
                assert (await ready())[0] == 503
                assert "otm migrate run" in (await ready())[1]
                assert await service.store.database.list_collection_names() == []
                await migrate(ground.mongo_url, ["planner"], prefix)
                while await ready() != (200, "ok"):
                    await asyncio.sleep(0.02)
        finally:
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            await service.bus.stop_consuming()
            await asyncio.gather(*(job.stop() for job in service.jobs))
            await service.bus.stop()
            service.store.close()
