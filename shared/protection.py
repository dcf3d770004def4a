"""Personal data, kept so that the store never sees it: encrypted fields, and blind indexes to find them by.

A value is AES-256-GCM over the plain text, bound to its place (such as `contacts.note:<id>`), so that a cipher text
moved to another record does not decrypt. The id of the key goes with each value; keys live outside the database.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import Invalid, LaterKey, Permanent, Problem
from shared.running.watched_file import WatchedFile

NONCE = 12  # bytes, as GCM wants
KEY_ID = 8  # bytes, padded with spaces


class Undecryptable(Permanent):
    """A value that none of our keys opens, or that was moved from another place."""

    code = "undecryptable"


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """The key with which one caller signs its requests."""

    subject: str
    secret: bytes


Purpose = Literal["audit", "sessions", "links", "digests"]
"""Uses of keys beside encryption and the blind index: chains of audit trails, sessions of people, links in notices, and
digests of request bodies."""
PURPOSES: tuple[Purpose, ...] = ("audit", "sessions", "links", "digests")


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """`current` names the key that new values are encrypted with; `index` and `references` are keys of their own.

    `signing` are the keys that callers sign with, by their id; `derived` those that further keys are made from, by
    their purpose. `later` are the index keys after the first, in their order: tokens of customers go through all.
    """

    current: str
    keys: Mapping[str, bytes]
    index: bytes
    references: bytes
    signing: Mapping[str, SigningKey] = field(default_factory=dict)
    derived: Mapping[str, bytes] = field(default_factory=dict)
    later: tuple[bytes, ...] = ()

    @property
    def generation(self) -> int:
        """The number of the newest index key, counted from 1."""
        return 1 + len(self.later)

    def index_key(self, generation: int) -> bytes:
        if generation > self.generation:
            raise LaterKey(f"made with index key {generation}, not yet known here: give this the newest keyring")
        return self.later[generation - 2] if generation > 1 else self.index

    def made_for(self, purpose: Purpose, label: str) -> bytes:
        """Returns a key for one use: made from that of its purpose, or from the index key where the keyring has none,
        as in every keyring that is older than keys for purposes."""
        return hmac.digest(self.own_of(purpose), label.encode(), "sha256")

    def own_of(self, purpose: Purpose) -> bytes:
        """Returns the key of the purpose itself."""
        return self.derived.get(purpose, self.index)


def load_keyring(file: Path) -> Keyring:
    """Reads `{"encryption": {"current", "keys": {id: base64}}, "index": base64, "references": base64}`.

    `"index"` may be a list, the oldest key first. `"signing": {id: {"subject", "secret": base64}}` may be there too,
    and `"derived": {purpose: base64}`. Raises `Invalid` for one that no value could be encrypted with.
    """
    stored = json.loads(file.read_text())
    encryption = stored["encryption"]
    keys = {name: base64.b64decode(key) for name, key in encryption["keys"].items()}
    signing = {
        name: SigningKey(key["subject"], base64.b64decode(key["secret"]))
        for name, key in stored.get("signing", {}).items()
    }
    indexes = [stored["index"]] if isinstance(stored["index"], str) else stored["index"]
    first, *later = map(base64.b64decode, indexes)
    references = base64.b64decode(stored["references"])
    derived = {purpose: base64.b64decode(key) for purpose, key in stored.get("derived", {}).items()}
    keyring = Keyring(encryption["current"], keys, first, references, signing, derived, tuple(later))
    _check_ids(keyring)
    _check_derived(keyring)
    _check_index(keyring)
    _check_signing(keyring)
    return keyring


SECRET_BYTES = 16
"""The shortest secret that requests are signed with: an empty one would let everybody sign."""


def _check_signing(keyring: Keyring) -> None:
    for name, key in keyring.signing.items():
        if len(key.secret) < SECRET_BYTES:
            raise Invalid(f"the secret of signing key {name} has fewer than {SECRET_BYTES} bytes: make a new one")


def _check_derived(keyring: Keyring) -> None:
    for purpose, key in keyring.derived.items():
        if purpose not in PURPOSES:
            raise Invalid(f"the keyring has a key for {purpose}, which is no purpose: they are {', '.join(PURPOSES)}")
        if len(key) < SECRET_BYTES:
            raise Invalid(f"the key for {purpose} has fewer than {SECRET_BYTES} bytes")


def _check_index(keyring: Keyring) -> None:
    keys = (keyring.index, *keyring.later)
    if len(set(keys)) < len(keys) or any(len(key) < SECRET_BYTES for key in keyring.later):
        raise Invalid(f"each index key after the first has at least {SECRET_BYTES} bytes, and is another than the rest")


_NONE = Keyring("", {}, b"", b"")


class Cipher:
    """Encrypts and decrypts fields with the keys of a keyring, or of a file of them that may change."""

    def __init__(self, keyring: Keyring | WatchedFile[Keyring]) -> None:
        self._file = keyring if isinstance(keyring, WatchedFile) else None
        self._keyring: Keyring = _NONE
        self._use(keyring.value() if isinstance(keyring, WatchedFile) else keyring)

    @property
    def current(self) -> str:
        """The id of the key that values are encrypted with from now on."""
        if self._file:
            self._use(self._file.value())
        return self._keyring.current

    def encrypt(self, value: object, place: str) -> bytes:
        """`value` is anything JSON can hold. `place` names the field and the record, and is needed to decrypt."""
        nonce = os.urandom(NONCE)
        current = self.current
        sealed = self._ciphers[current].encrypt(nonce, orjson.dumps(value), place.encode())
        return current.encode().ljust(KEY_ID) + nonce + sealed

    def decrypt(self, sealed: bytes, place: str) -> Any:
        key = key_of(sealed)
        if key not in self._ciphers and self._file:
            self._use(self._file.newest())  # another replica may have heard of a new key before us
        cipher = self._ciphers.get(key)
        if cipher is None:
            raise Undecryptable("encrypted with a key that is not in the keyring")
        try:
            plain = cipher.decrypt(sealed[KEY_ID : KEY_ID + NONCE], sealed[KEY_ID + NONCE :], place.encode())
        except InvalidTag:
            raise Undecryptable("not encrypted for this place with this key") from None
        return orjson.loads(plain)

    def moved(self, sealed: bytes, place: str) -> bytes:
        """The same value under the current key; itself if it is there already."""
        return sealed if key_of(sealed) == self.current else self.encrypt(self.decrypt(sealed, place), place)

    def _use(self, keyring: Keyring) -> None:
        if keyring is not self._keyring:
            _check_ids(keyring)
            self._ciphers = {name: AESGCM(key) for name, key in keyring.keys.items()}
            self._keyring = keyring


def key_of(sealed: bytes) -> str:
    """The id of the key that a value is encrypted with."""
    return sealed[:KEY_ID].rstrip(b" ").decode(errors="replace")


def _check_ids(keyring: Keyring) -> None:
    """Checks that ids of keys fit beside a value; a value under a longer id could never be decrypted again."""
    for name in keyring.keys:
        if not name.isalnum() or len(name.encode()) > KEY_ID:
            raise Invalid("a key's id is letters and digits, at most 8", Problem("encryption.keys", "id", "not an id"))
    if keyring.current not in keyring.keys:
        raise Invalid("the current key is not in the keyring", Problem("encryption.current", "known", "no such key"))


def blind_index(keyring: Keyring, kind: str, value: str, generation: int = 1) -> str:
    """Finds a value without knowing it: the same `kind` and `value` always give the same 32 hex digits, under the index
    key of that generation."""
    return hmac.new(keyring.index_key(generation), f"{kind}|{value}".encode(), hashlib.sha256).hexdigest()[:32]
