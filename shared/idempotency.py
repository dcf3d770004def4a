"""The same request twice: one effect, and the same answer. A request is known again by its caller and its key."""

import hmac
from typing import Protocol

from pydantic import BaseModel

from shared.errors import Conflict
from shared.identifiers import derived_id, new_id
from shared.principal import Principal
from shared.protection import Keyring

ERASED = "erased"
"""Stands for the digest of a body of which everything personal was erased: no body is the same as that."""


class Request(BaseModel):
    """A request as it is remembered with what it created: the id it creates under, and a digest of its body."""

    id: str
    digest: str


class BodyDigest:
    """Digests what was sent, under a key outside the store: what is encrypted there cannot be guessed by it."""

    def __init__(self, keyring: Keyring) -> None:
        self._key = keyring.made_for("digests", "request bodies")

    def __call__(self, body: BaseModel) -> str:
        return self.of(body.model_dump_json().encode())

    def of(self, content: bytes) -> str:
        """Returns the digest of a file, as it was sent."""
        return hmac.digest(self._key, content, "sha256").hex()


def identified(caller: Principal, operation: str, key: str | None, body: BaseModel, digest: BodyDigest) -> Request:
    """Returns the same id for the same key of one caller and operation; without a key each request is new."""
    identifier = derived_id(caller.subject, operation + "|" + key) if key else new_id()
    return Request(id=identifier, digest=digest(body))


class Digested(Protocol):
    """A request, or what was read from one, with the digest of its body."""

    @property
    def digest(self) -> str: ...


def expect_same_request(stored_digest: str, request: Digested) -> None:
    """Raises `Conflict` when another body was sent under this key before."""
    if stored_digest != request.digest:
        raise reused_key(stored_digest)


def reused_key(stored_digest: str = "") -> Conflict:
    """Returns the refusal of a body under a key that was used before."""
    if stored_digest == ERASED:
        return Conflict("what was recorded under this Idempotency-Key has been erased: record nothing under it again")
    return Conflict("this Idempotency-Key was used before with a different body")
