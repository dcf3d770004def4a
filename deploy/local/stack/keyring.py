"""The secrets that personal data is encrypted and found by, and that callers sign with.

Made once: what they have encrypted needs them for ever.
"""

import base64
import json
import secrets
from typing import Any

from deploy.local.errors import StackError
from deploy.local.stack.files import one_at_a_time, write_whole
from deploy.local.stack.home import Home
from shared.protection import PURPOSES

SIGNERS = {"issuer1": "letter-issuer"}
"""The callers who sign their requests, by the id of the key they begin with."""


def ensure_keyring(home: Home) -> None:
    """Makes the missing entries of the keyring, and leaves the others. The keys for purposes are made with a keyring
    alone: one that has none uses its index key for them, by which its audit trails are written."""
    with one_at_a_time(home.folder):
        known: dict[str, Any] = read_keyring(home) if home.keyring.exists() else {}
        signing = {name: {"subject": subject, "secret": _key()} for name, subject in SIGNERS.items()}
        fresh: dict[str, Any] = {
            "encryption": {"current": "k1", "keys": {"k1": _key()}},
            "index": _key(),
            "references": _key(),
            "signing": signing,
        }
        if not known:
            fresh["derived"] = {purpose: _key() for purpose in PURPOSES}
        if fresh.keys() - known.keys():
            _write(home, fresh | known)


def read_keyring(home: Home) -> dict[str, Any]:
    keyring: dict[str, Any] = json.loads(home.keyring.read_bytes())
    return keyring


def add_key(home: Home) -> str:
    """Makes a new key the current one; returns its id. What older keys have encrypted stays readable."""
    with one_at_a_time(home.folder):
        keyring = read_keyring(home)
        encryption = keyring["encryption"]
        numbers = [int(name[1:]) for name in encryption["keys"] if name[1:].isdigit()]
        name = f"k{max(numbers, default=0) + 1}"
        encryption["keys"][name] = _key()
        encryption["current"] = name
        _write(home, keyring)
    return name


def add_index_key(home: Home) -> int:
    """Adds an index key, the newest from now on; returns its number. Audit trails, links and digests stay with the key
    that they were made with; people sign in anew under a key of sessions that nobody has had."""
    with one_at_a_time(home.folder):
        keyring = read_keyring(home)
        keys = [keyring["index"]] if isinstance(keyring["index"], str) else keyring["index"]
        kept = dict.fromkeys(("audit", "links", "digests"), keys[0])
        keyring["derived"] = kept | keyring.get("derived", {}) | {"sessions": _key()}
        keyring["index"] = [*keys, _key()]
        _write(home, keyring)
    return len(keyring["index"])


def set_aside(home: Home, name: str) -> None:
    """Takes a key out of the keyring into a file beside it, kept for the restoring of old backups."""
    with one_at_a_time(home.folder):
        keyring = read_keyring(home)
        keys = keyring["encryption"]["keys"]
        if name not in keys or name == keyring["encryption"]["current"]:
            raise StackError(f"{name} is not in the keyring, or it is the current key")
        retired = json.loads(home.retired_keys.read_bytes()) if home.retired_keys.exists() else {}
        write_whole(home.retired_keys, json.dumps(retired | {name: keys.pop(name)}, indent=2).encode())
        _write(home, keyring)


def _write(home: Home, keyring: dict[str, Any]) -> None:
    write_whole(home.keyring, json.dumps(keyring, indent=2).encode())


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
