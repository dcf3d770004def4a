"""`otm keys add-index` and `otm keys index`, and `otm migrate run` between them, on a real store."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.local.cli import app
from deploy.local.operate.backup.backup import Place, back_up, restore
from deploy.local.operate.migrations import migrate, pending
from deploy.local.processes.identity import Identity
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.keyring import add_index_key, ensure_keyring
from deploy.local.stack.state import StackState
from services.intake.schema import SCHEMA as INTAKE
from shared.customers.reference import CustomerReference, ReferenceKind
from shared.customers.token import customer_token
from shared.protection import load_keyring
from shared.storage.store import NotMigrated, Store
from tests.support.ground import Ground

SERVICES = ("dispatcher", "intake")


def otm(*command: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*command])
    return done.exit_code, " ".join(done.output.split())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("OTM_HOME", str(tmp_path))
    monkeypatch.delenv("OTM_KEYRING_FILE", raising=False)
    return Home(tmp_path)


@pytest.fixture
async def own_store(tmp_path: Path) -> AsyncIterator[str]:
    """A store of the test's own: the commands lift the services' own databases, which other tests use by one key."""
    home = Home(tmp_path / "own")
    home.prepare()
    infrastructure = Infrastructure(home)
    await infrastructure.store.start()
    yield infrastructure.mongo_url
    await infrastructure.store.stop()


def test_a_key_is_added_and_what_is_kept_is_lifted_by_a_migration(
    own_store: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTM_MONGO_URL", own_store)
    ensure_keyring(home)
    before = home.keyring.read_bytes()
    otm("migrate", "run", *SERVICES)
    one = "1 index key in the keyring dispatcher: found by index key 1 intake: found by index key 1"
    assert otm("keys", "index") == (0, one)
    assert "index key 2 is the newest" in otm("keys", "add-index")[1]
    code, said = otm("keys", "index")
    assert (code, "2 index keys" in said, "index-2-last_contacted" in said) == (1, True, True)
    assert "migration index-2-letters not run" in otm("migrate", "status", "intake")[1]
    assert otm("migrate", "run", *SERVICES)[0] == 0
    two = "2 index keys in the keyring dispatcher: found by index key 2 intake: found by index key 2"
    assert otm("keys", "index") == (0, two)
    assert otm("migrate", "run", "intake", "--again", "index-2-letters")[0] == 0
    home.keyring.write_bytes(before)
    code, said = otm("keys", "index")
    assert (code, said.count("found by index key 2, which the keyring lacks")) == (1, 2)
    assert otm("migrate", "run", "intake")[0] == 1


def test_no_key_is_added_while_the_stack_runs_or_where_there_is_no_keyring(home: Home) -> None:
    code, said = otm("keys", "add-index")
    assert (code, "There is no keyring in" in said) == (1, True)
    ensure_keyring(home)
    before = home.keyring.read_bytes()
    StackState(supervisor=Identity.of(os.getpid())).write(home.state)
    code, said = otm("keys", "add-index")
    assert (code, "`otm down` first" in said) == (1, True)
    assert home.keyring.read_bytes() == before


NO_INDEX = '{"encryption": {"current": "k1", "keys": {"k1": ""}}, "index": [], "references": ""}'


@pytest.mark.parametrize("kept", ["", "[]", "{}", NO_INDEX])
def test_a_keyring_that_cannot_be_read_is_named(
    ground: Ground, home: Home, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    monkeypatch.setenv("OTM_MONGO_URL", ground.mongo_url)
    home.keyring.write_text(kept)
    for command in (("keys", "index"), ("migrate", "run", "intake")):
        code, said = otm(*command)
        assert (code, "is no keyring that services could use" in said) == (1, True), said


async def test_a_backup_of_before_is_lifted_by_the_keyring_of_now(
    ground: Ground, home: Home, amqp_url: str, database: str, tmp_path: Path
) -> None:
    ensure_keyring(home)
    somebody = CustomerReference(kind=ReferenceKind.UTR, reference="1955839661")
    before, name, url = load_keyring(home.keyring), f"{database}{INTAKE.database}", ground.mongo_url
    place, file = Place(amqp_url, url, sorted(before.keys), [name]), tmp_path / "backup.tar.gz"
    store = Store.of(url, INTAKE, name)
    try:
        await migrate(url, ["intake"], database, keyring=before)
        await store["letters"].insert_one({"_id": "a-letter", "customer": customer_token(before, somebody)})
        await back_up(place, file)
        add_index_key(home)
        now = load_keyring(home.keyring)
        await migrate(url, ["intake"], database, keyring=now)
        await store.database.client.drop_database(name)
        await restore(place, file)
        with pytest.raises(NotMigrated, match="index-2-letters not run"):
            await Store.of(url, INTAKE, name, keyring=now).verify()
        await migrate(url, ["intake"], database, keyring=now)
        assert (await pending(url, ["intake"], database, now))["intake"].words == []
        assert await store["letters"].distinct("customer") == [customer_token(now, somebody)]
    finally:
        await store.database.client.drop_database(name)
        store.close()
