"""Keys are given out, replaced and taken away, and the stack's own start undoes none of it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.local.errors import StackError
from deploy.local.operate.protection.scopes import scopes
from deploy.local.stack import access
from deploy.local.stack.home import Home
from shared.errors import Unauthenticated
from shared.running.watched_file import WatchedFile
from shared.web.callers.keys import AccessKeys, load_access_keys
from tests.support.clocks import NOON, StoppedClock

ENTRY = {"subject": "dialler", "kind": "machine", "scopes": ["contacts:write"], "team": "helplines"}


@pytest.fixture
def stack(tmp_path: Path) -> Home:
    home = Home(tmp_path / "otm")
    home.prepare()
    access.ensure_access(home)
    return home


def keys(home: Home, clock: StoppedClock) -> AccessKeys:
    return AccessKeys(WatchedFile(home.access, load_access_keys), clock)


def ids(home: Home, subject: str) -> list[str]:
    return [entry["id"] for entry in access.listed(home) if entry["subject"] == subject]


def test_a_key_is_good_until_it_expires_and_is_kept_nowhere(stack: Home) -> None:
    clock = StoppedClock()
    key = access.create(stack, ENTRY, days=30, now=NOON)
    found = keys(stack, clock).find(key)
    assert found is not None
    principal = found.principal
    assert (principal.subject, principal.team, principal.scopes) == (
        "dialler", "helplines", frozenset({"contacts:write"}),
    )  # fmt: skip
    clock.move(days=30, seconds=-1)
    assert keys(stack, clock).find(key) is not None
    clock.move(seconds=1)
    with pytest.raises(Unauthenticated, match="expired"):
        keys(stack, clock).find(key)
    assert not any(key[-43:] in file.read_text() for file in stack.folder.iterdir() if file.is_file())


def test_of_a_rotated_key_old_and_new_are_good_for_a_while(stack: Home) -> None:
    clock = StoppedClock()
    old = access.create(stack, ENTRY, days=None, now=NOON)
    new = access.rotate(stack, ids(stack, "dialler")[0], timedelta(hours=2), days=None, now=NOON)
    access.ensure_access(stack)
    assert keys(stack, clock).find(old) is not None
    clock.move(hours=2)
    with pytest.raises(Unauthenticated):
        keys(stack, clock).find(old)
    assert keys(stack, clock).find(new) is not None


def test_a_revoked_key_stays_revoked_whatever_is_started(stack: Home) -> None:
    operator = json.loads(stack.credentials.read_bytes())["operator"]
    watched = keys(stack, StoppedClock())
    assert watched.find(operator) is not None
    access.revoke(stack, ids(stack, "operator")[0], NOON)
    access.ensure_access(stack)
    assert keys(stack, StoppedClock()).find(operator) is None
    with pytest.raises(StackError, match="no key"):
        access.rotate(stack, ids(stack, "operator")[0], timedelta(), None, NOON)


def test_a_caller_of_the_stacks_own_goes_on_with_its_new_key(stack: Home) -> None:
    new = access.rotate(stack, ids(stack, "helpline")[0], timedelta(), None, datetime.now(UTC))
    access.ensure_access(stack)
    assert json.loads(stack.credentials.read_bytes())["helpline"] == new
    assert keys(stack, StoppedClock()).find(new) is not None
    assert len(ids(stack, "helpline")) == 2


def test_scopes_are_what_the_services_ask_for() -> None:
    assert {"campaigns:approve", "contacts:write", "operations:read", "letter-issuer:write"} <= set(scopes())
    assert "contacts:wriet" not in scopes()


def test_a_file_that_cannot_be_read_changes_nothing(stack: Home) -> None:
    file = WatchedFile(stack.access, load_access_keys)
    before = file.newest()
    stack.access.write_text("{")
    assert file.newest() == before
    stack.access.write_text('{"keys": []}')
    assert file.newest() == {}
