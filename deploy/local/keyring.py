"""The secrets that personal data is encrypted and found by. Made once: what they have encrypted needs them for ever."""

import base64
import json
import secrets

from deploy.local.files import write_whole
from deploy.local.home import Home


def ensure_keyring(home: Home) -> None:
    """Make the keyring unless there is one."""
    if home.keyring.exists():
        return
    keyring = {
        "encryption": {"current": "k1", "keys": {"k1": _key()}},
        "index": _key(),
        "references": _key(),
    }
    write_whole(home.keyring, json.dumps(keyring, indent=2).encode())


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
