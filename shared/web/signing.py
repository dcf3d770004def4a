"""Requests that are signed by who sends them: nobody can change one on its way, or send it a second time.

    OTM-Signature: key=issuer1, at=1767225600, nonce=4f1c…, hmac=9a0b…

`at` is in seconds since 1970; `nonce` is new for each request; `hmac` is the HMAC-SHA256, in hex, of five lines: `at`,
`nonce`, the method, the path with its query, and the SHA-256 of the body in hex.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Protocol

from fastapi import Depends, Header, Request

from shared.clock import Clock
from shared.errors import Unauthenticated
from shared.protection import SigningKey
from shared.web.access import allowed
from shared.web.parts import part
from shared.web.principal import Principal

HEADER = "OTM-Signature"
TOLERANCE = timedelta(minutes=5)
_FORM = re.compile(
    r"key=(?P<key>[\w-]{1,40}), at=(?P<at>\d{1,11}), nonce=(?P<nonce>[\w-]{8,64}), hmac=(?P<hmac>[0-9a-f]{64})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class SignedContent:
    """What a signature is over. `target` is the path with its query."""

    method: str
    target: str
    body: bytes

    def hmac(self, secret: bytes, at: str, nonce: str) -> str:
        lines = (at, nonce, self.method, self.target, hashlib.sha256(self.body).hexdigest())
        return hmac.new(secret, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def signature(key_id: str, secret: bytes, content: SignedContent, now: datetime) -> str:
    """The header's value, as the sender makes it."""
    at, nonce = str(int(now.timestamp())), secrets.token_urlsafe(16)
    return f"key={key_id}, at={at}, nonce={nonce}, hmac={content.hmac(secret, at, nonce)}"


class Nonces(Protocol):
    async def first_time(self, nonce: str, until: datetime) -> bool:
        """Remember it until then; whether nobody has used it before. Right also when two ask at the same time."""
        ...


class Signatures:
    """`keys` gives the keys that are known now. The clock is of real time, wherever else the service's may be."""

    def __init__(self, keys: Callable[[], Mapping[str, SigningKey]], nonces: Nonces, clock: Clock) -> None:
        self._keys = keys
        self._nonces = nonces
        self._clock = clock

    async def verify(self, subject: str, content: SignedContent, header: str | None) -> None:
        """Raises `Unauthenticated` unless `subject` signed this content within five minutes, for the first time."""
        form = _FORM.fullmatch(header or "")
        if form is None:
            raise Unauthenticated(f"sign the request: {HEADER}: key=…, at=…, nonce=…, hmac=…")
        key = self._keys().get(form["key"])
        expected = content.hmac(key.secret if key else b"", form["at"], form["nonce"])
        right = hmac.compare_digest(expected, form["hmac"])
        if key is None or key.subject != subject or not right:
            raise Unauthenticated("the signature is not one of this caller's over this request")
        at = datetime.fromtimestamp(int(form["at"]), UTC)
        if abs(self._clock.now() - at) > TOLERANCE:
            raise Unauthenticated(
                "the signature is more than five minutes old or ahead: sign again, with the right time"
            )
        if not await self._nonces.first_time(f"{form['key']}:{form['nonce']}", at + 2 * TOLERANCE):
            raise Unauthenticated("this request was sent before: sign it anew, under the same Idempotency-Key")


def signed(*scopes: str) -> Callable[..., Awaitable[Principal]]:
    """A dependency: the caller, who must hold one of `scopes` and have signed this very request."""

    async def check(
        request: Request,
        caller: Annotated[Principal, Depends(allowed(*scopes))],
        signatures: Annotated[Signatures, Depends(part(Signatures))],
        otm_signature: Annotated[str | None, Header(description="key=…, at=…, nonce=…, hmac=…")] = None,
    ) -> Principal:
        content = SignedContent(request.method, _target(request), await request.body())
        await signatures.verify(caller.subject, content, otm_signature)
        return caller

    return check


def _target(request: Request) -> str:
    path = bytes(request.scope.get("raw_path") or request.scope["path"].encode()).decode("latin-1")
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path
