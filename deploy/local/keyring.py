"""The secrets that personal data is encrypted and found by, and that callers sign with.

Made once: what they have encrypted needs them for ever.
"""

import base64
import json
import secrets
from typing import Any

from deploy.local.files import write_whole
from deploy.local.home import Home

SIGNERS = {"issuer1": "letter-issuer"}
"""The callers who sign their requests, by the id of the key they begin with."""


def ensure_keyring(home: Home) -> None:
    """Make what is missing of the keyring, and leave what is there."""
    known: dict[str, Any] = json.loads(home.keyring.read_bytes()) if home.keyring.exists() else {}
    signing = {name: {"subject": subject, "secret": _key()} for name, subject in SIGNERS.items()}
    fresh = {
        "encryption": {"current": "k1", "keys": {"k1": _key()}},
        "index": _key(),
        "references": _key(),
        "signing": signing,
    }
    if fresh.keys() - known.keys():
        write_whole(home.keyring, json.dumps(fresh | known, indent=2).encode())


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
