"""Sealing of what a browser keeps for us: encrypted, so that it is no use to anybody else, and bound to its purpose."""

import base64
import binascii
import hmac
import os
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ValidationError

from shared.protection import NONCE, Keyring

LONGEST = 4_000  # characters that browsers keep of one cookie
V = TypeVar("V", bound=BaseModel)


class Seal:
    """A seal of the services of one site, who share the keyring: what one has sealed, all can open."""

    def __init__(self, keyring: Keyring) -> None:
        self._cipher = AESGCM(keyring.made_for("sessions", "site|sealed"))
        self._tokens = keyring.made_for("sessions", "site|tokens")

    def seal(self, value: BaseModel, purpose: str) -> str:
        """Returns the value as text that fits into a cookie."""
        nonce = os.urandom(NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, value.model_dump_json().encode(), purpose.encode())
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, text: str, kind: type[V], purpose: str) -> V | None:
        """Returns the value; None for text that was not sealed here for this purpose, or was changed since."""
        if not 0 < len(text) <= LONGEST:
            return None
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            content = self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())
            return kind.model_validate_json(content)
        except (InvalidTag, ValidationError, ValueError, binascii.Error):
            return None

    def token(self, of: str) -> str:
        """Returns the token that stands for a text, which nobody else can make."""
        return hmac.digest(self._tokens, of.encode(), "sha256").hex()

    def is_token(self, given: str, of: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token(of).encode())
