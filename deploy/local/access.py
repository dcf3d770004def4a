"""Who may call the services' APIs on one machine."""

import hashlib
import json
import secrets
from typing import Any, Literal, NamedTuple

from deploy.local.files import write_whole
from deploy.local.home import Home


class Caller(NamedTuple):
    subject: str
    kind: Literal["person", "machine"]
    scopes: tuple[str, ...]


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
READ = "campaigns:read"
CALLERS = (
    # a designer may pass a gate of somebody else's campaign, and is refused their own
    Caller("designer", "person", (READ, "campaigns:write", "campaigns:approve", "gates:senior-agreement")),
    Caller("approver", "person", (READ, "campaigns:approve")),
    Caller("lines-editor", "person", (READ, "lines:approve")),
    *(Caller(f"{gate}-lead", "person", (READ, f"gates:{gate}")) for gate in GATES),
    *(Caller(f"{team}-lead", "person", (READ, f"teams:{team}")) for team in TEAMS),
    Caller("analyst", "person", ("population:write", "dispatch:read", READ)),
    Caller("helpline", "machine", ("contacts:write", "contacts:read")),
    Caller("customer-services", "machine", ("notices:acknowledge", "team:customer-services")),
    Caller("letter-issuer", "machine", ("letter-issuer:write",)),
    Caller(
        "operator",
        "person",
        (READ, "dispatch:read", "contacts:read", "notices:read", "notices:write", "figures:read"),
    ),
)


def ensure_access(home: Home) -> None:
    """A key for every caller in the table, made once, and what services need to recognise it: its hash.

    `credentials.json` has the keys, for those who call; `access.json` the hashes, for those who are called.
    """
    known: dict[str, str] = json.loads(home.credentials.read_bytes()) if home.credentials.exists() else {}
    keys = {caller.subject: known.get(caller.subject) or _new_key() for caller in CALLERS}
    write_whole(home.credentials, json.dumps(keys, indent=2).encode())
    access = {"keys": [_entry(caller, keys[caller.subject]) for caller in CALLERS]}
    write_whole(home.access, json.dumps(access, indent=2).encode())


def _new_key() -> str:
    return f"otm_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"


def _entry(caller: Caller, key: str) -> dict[str, Any]:
    return {
        "id": key.split("_")[1],
        "subject": caller.subject,
        "kind": caller.kind,
        "scopes": list(caller.scopes),
        "sha256": hashlib.sha256(key.encode()).hexdigest(),
    }
