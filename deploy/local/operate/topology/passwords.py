"""Passwords of the broker's users: made once, kept in a file for its owner, known to the broker by their hashes."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.stack.files import write_whole

SALT_BYTES = 4
"""Set by RabbitMQ."""


def ensure_passwords(path: Path, names: Iterable[str]) -> dict[str, str]:
    """Makes the passwords that the file does not have yet, and returns all."""
    known = read_passwords(path) if path.exists() else {}
    made = {name: known.get(name) or secrets.token_urlsafe(32) for name in names}
    if made.keys() - known.keys():
        write_whole(path, json.dumps(known | made, indent=2).encode())
    return known | made


def read_passwords(path: Path) -> dict[str, str]:
    """Returns the password of each user. Raises `StackError` for a file that is no such JSON object."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise StackError(f"{path} cannot be read: make it with `otm topology passwords {path}`") from None
    if not isinstance(found, dict) or not all(isinstance(value, str) and value for value in found.values()):
        raise StackError(f"{path} must be a JSON object with a password for each user")
    return found


def password_hash(password: str, salt: bytes | None = None) -> str:
    """Returns the hash that RabbitMQ keeps: a salt, then SHA-256 of salt and password, in base64."""
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def fits(password: str, kept: str) -> bool:
    """Returns whether `kept` is a hash of the password."""
    try:
        salt = base64.b64decode(kept, validate=True)[:SALT_BYTES]
    except ValueError:
        return False
    return secrets.compare_digest(password_hash(password, salt), kept)
