"""The same request twice: one effect, and the same answer."""

import hmac
from typing import Annotated

from fastapi import Depends, Header
from pydantic import BaseModel, StringConstraints

from shared.errors import Conflict
from shared.identifiers import derived_id, new_id
from shared.protection import Keyring
from shared.web.access import Principal
from shared.web.parts import part

_KeyText = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")]
IdempotencyKey = Annotated[
    _KeyText | None,
    Header(description="The same key and body give the same answer; the same key and another body, 409"),
]


class Request(BaseModel):
    """A request as it is remembered with what it created: the id it creates under, and a digest of its body."""

    id: str
    digest: str


class BodyDigest:
    """A digest of what was sent, under a key outside the store: what is encrypted there cannot be guessed by it."""

    def __init__(self, keyring: Keyring) -> None:
        self._key = hmac.digest(keyring.index, b"request bodies", "sha256")

    def __call__(self, body: BaseModel) -> str:
        return self.of(body.model_dump_json().encode())

    def of(self, content: bytes) -> str:
        """Of a file, as it was sent."""
        return hmac.digest(self._key, content, "sha256").hex()


Digest = Annotated[BodyDigest, Depends(part(BodyDigest))]


def identified(caller: Principal, operation: str, key: str | None, body: BaseModel, digest: BodyDigest) -> Request:
    """Of one caller and operation, the same key always creates the same id; without a key each request is new."""
    identifier = derived_id(caller.subject, operation + "|" + key) if key else new_id()
    return Request(id=identifier, digest=digest(body))


def same_request(stored_digest: str, request: Request) -> None:
    """Raises `Conflict` when another body was sent under this key before."""
    if stored_digest != request.digest:
        raise Conflict("this Idempotency-Key was used before with a different body")
