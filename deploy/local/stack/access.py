"""Callers of the services' APIs on one machine: the stack's own, and those given a key."""

import getpass
import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from deploy.local.errors import StackError
from deploy.local.stack.files import one_at_a_time, write_whole
from deploy.local.stack.home import Home

Entry = dict[str, Any]
"""A key as `access.json` has it: see `shared.web.callers.keys`. `created` and `created_by` tell those that a person
gave out."""


class Caller(NamedTuple):
    subject: str
    kind: Literal["person", "machine"]
    scopes: tuple[str, ...]
    rate: float | None = None
    team: str | None = None


GATES = (
    "communications-tone", "analyst-sign-off", "data-protection", "customer-managers", "affected-stakeholders",
    "strategy-unit", "senior-agreement",
)  # fmt: skip
"""For each, a caller `<gate>-lead` who may pass it."""
TEAMS = (
    "customer-services", "debt-management", "press-office", "letter-issuer", "disclosure-team", "communications",
    "design-community", "analysts",
)  # fmt: skip
"""For each, a caller `<team>-lead` who may acknowledge for it."""
READ, LOAD = "campaigns:read", "capacity:write"
CALLERS = (
    # a designer may pass a gate of somebody else's campaign, and is refused their own
    Caller("designer", "person", (READ, "campaigns:write", "campaigns:approve", "gates:senior-agreement")),
    Caller("approver", "person", (READ, "campaigns:approve")),
    Caller("lines-editor", "person", (READ, "lines:approve")),
    *(Caller(f"{gate}-lead", "person", (READ, f"gates:{gate}")) for gate in GATES),
    *(Caller(f"{team}-lead", "person", (READ, f"teams:{team}", "notices:acknowledge", LOAD)) for team in TEAMS),
    Caller("analyst", "person", ("population:write", "dispatch:read", READ, "outcomes:write", "trials:analyse")),
    Caller("helpline", "machine", ("contacts:write", "contacts:read"), rate=5_000),
    Caller("customer-services", "machine", ("notices:acknowledge", "teams:customer-services", LOAD)),
    Caller("letter-issuer", "machine", ("letter-issuer:write",), rate=5_000),
    Caller(
        "operator",
        "person",
        (
            *(READ, "dispatch:read", "contacts:read", "notices:read", "notices:write", "figures:read"),
            *("operations:read", "operations:write"),
        ),
    ),
    Caller(
        "intake-lead",
        "person",
        ("contacts:read", "contacts:write", "disclosures:work", "referrals:work", "teams:all", "routing:write", LOAD),
    ),
    Caller("disclosure-officer", "person", ("disclosures:work",), team="disclosure-team"),
    Caller("debt-adviser", "person", ("referrals:work",), team="debt-management"),
    Caller("data-protection", "person", ("privacy:export", "privacy:manage", "operations:read")),
)


def ensure_access(home: Home) -> None:
    """A key for every caller in the table, made once, and what services need to recognise it: its hash.

    `credentials.json` has the keys, for those who call; `access.json` the hashes, for those who are called. Keys that
    somebody was given stay as they are, and a key that was revoked stays so.
    """
    with one_at_a_time(home.folder):
        known: dict[str, str] = json.loads(home.credentials.read_bytes()) if home.credentials.exists() else {}
        keys = {caller.subject: known.get(caller.subject) or _new_key() for caller in CALLERS}
        write_whole(home.credentials, json.dumps(keys, indent=2).encode())
        before = {entry["id"]: entry for entry in _entries(home)}
        ours = [_of_the_table(caller, keys[caller.subject], before) for caller in CALLERS]
        given = [entry for entry in before.values() if "created" in entry]
        _write(home, list({entry["id"]: entry for entry in [*ours, *given]}.values()))


def key_of(home: Home, caller: str) -> str:
    """The key of one of the stack's own callers. Raises `StackError` with the callers that there are."""
    keys: dict[str, str] = json.loads(home.credentials.read_bytes())
    if caller not in keys:
        raise StackError(f"There is no caller {caller}; there are {', '.join(sorted(keys))}")
    return keys[caller]


def create(home: Home, entry: Entry, days: int | None, now: datetime) -> str:
    """Gives out a key for `entry` (`subject`, `kind`, `scopes`, perhaps `team` and `rate`); it is not kept anywhere."""
    with one_at_a_time(home.folder):
        key, made = _made(entry, now + timedelta(days=days) if days else None, now)
        _write(home, [*_entries(home), made])
    return key


def rotate(home: Home, key_id: str, overlap: timedelta, days: int | None, now: datetime) -> str:
    """A new key in place of another, which goes on being good for `overlap`. A caller of the stack's own uses it."""
    with one_at_a_time(home.folder):
        old = _find(home, key_id)
        key, made = _made(old, now + timedelta(days=days) if days else None, now)
        ends = min(filter(None, [old.get("expires"), (now + overlap).isoformat()]))
        kept = {"created": made["created"], "created_by": made["created_by"]} | old | {"expires": ends}
        _write(home, [*_without(home, key_id), kept, made])
        _hand_over(home, key_id, key)
    return key


def revoke(home: Home, key_id: str, now: datetime) -> None:
    """Ends a key: from the next second on it is refused."""
    with one_at_a_time(home.folder):
        old = _find(home, key_id)
        _write(home, [*_without(home, key_id), old | {"revoked": now.isoformat(), "revoked_by": getpass.getuser()}])


def listed(home: Home) -> list[Entry]:
    """Returns all keys that there are or were, without their hashes."""
    return [{name: value for name, value in entry.items() if name != "sha256"} for entry in _entries(home)]


def _made(entry: Entry, expires: datetime | None, now: datetime) -> tuple[str, Entry]:
    key = _new_key()
    kept = {name: entry[name] for name in ("subject", "kind", "scopes", "team", "rate") if entry.get(name)}
    dates = {"created": now.isoformat(), "created_by": getpass.getuser()}
    return key, {**_hashed(key), **kept, **dates, **({"expires": expires.isoformat()} if expires else {})}


def _of_the_table(caller: Caller, key: str, before: dict[str, Entry]) -> Entry:
    further = {name: value for name, value in (("rate", caller.rate), ("team", caller.team)) if value}
    entry = {**_hashed(key), "subject": caller.subject, "kind": caller.kind, "scopes": list(caller.scopes), **further}
    return before.get(entry["id"], {}) | entry


def _hashed(key: str) -> Entry:
    return {"id": key.split("_")[1], "sha256": hashlib.sha256(key.encode()).hexdigest()}


def _new_key() -> str:
    return f"otm_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"


def _hand_over(home: Home, key_id: str, key: str) -> None:
    keys: dict[str, str] = json.loads(home.credentials.read_bytes())
    keys = {subject: key if old.split("_")[1] == key_id else old for subject, old in keys.items()}
    write_whole(home.credentials, json.dumps(keys, indent=2).encode())


def _find(home: Home, key_id: str) -> Entry:
    for entry in _entries(home):
        if entry["id"] == key_id and not entry.get("revoked"):
            return entry
    raise StackError(f"There is no key {key_id} that is not revoked; `otm access list` shows all")


def _without(home: Home, key_id: str) -> list[Entry]:
    return [entry for entry in _entries(home) if entry["id"] != key_id]


def _entries(home: Home) -> list[Entry]:
    if not home.access.exists():
        return []
    entries: list[Entry] = json.loads(home.access.read_bytes())["keys"]
    return entries


def _write(home: Home, entries: Sequence[Entry]) -> None:
    write_whole(home.access, json.dumps({"keys": entries}, indent=2).encode())
