"""Requests that are signed by who sends them: nobody can change one on its way, or send it a second time.

    OTM-Signature: key=issuer1, at=1767225600, nonce=4f1c…, hmac=9a0b…

`at` is in seconds since 1970; `nonce` is new for each request; `hmac` is the HMAC-SHA256, in hex, of six lines: `at`,
`nonce`, the method, the path with its query, the `Idempotency-Key` (an empty line where there is none), and the SHA-256
of the body in hex.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Protocol, Self

from fastapi import Depends, Header, Request

from shared.clock import Clock
from shared.errors import Unauthenticated
from shared.principal import Principal
from shared.protection import SigningKey
from shared.web.callers.access import allowed
from shared.web.dependencies import part

HEADER = "OTM-Signature"
TOLERANCE = timedelta(minutes=5)
REMEMBERED = 2 * TOLERANCE
"""For so long from its time a nonce is not taken a second time; a signature from ahead of us needs the double."""
_PARTS = {
    "key": (re.compile(r"[\w-]{1,40}", re.ASCII), "the id of your key"),
    "at": (re.compile(r"\d{1,11}", re.ASCII), "whole seconds since 1970, not milliseconds"),
    "nonce": (re.compile(r"[\w-]{8,64}", re.ASCII), "8 to 64 letters, digits, - and _: base64 for URLs, or hex"),
    "hmac": (re.compile(r"[0-9a-fA-F]{64}", re.ASCII), "64 hexadecimal digits"),
}
"""The parts of a signature, and the words for one that is not of this form."""


@dataclass(frozen=True, slots=True)
class SignedContent:
    """The content that a signature covers. `target` is the path with its query, `sha256` the body's digest in hex,
    `key` the `Idempotency-Key`: under another, a request that was held back would be done a second time.
    """

    method: str
    target: str
    sha256: str
    key: str = ""

    @classmethod
    def of(cls, method: str, target: str, body: bytes, key: str = "") -> Self:
        return cls(method, target, hashlib.sha256(body).hexdigest(), key)

    @classmethod
    def asked(cls, request: Request, sha256: str) -> Self:
        keys = request.headers.getlist("idempotency-key")  # a second one is a change as well
        return cls(request.method, _target_of(request), sha256, ",".join(keys))

    def hmac(self, secret: bytes, at: str, nonce: str) -> str:
        lines = (at, nonce, self.method, self.target, self.key, self.sha256)
        return hmac.new(secret, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Announced:
    """A signature before what it is over was seen: by whose key, when it was made (as sent), and what it must be."""

    key_id: str
    secret: bytes
    at: str
    nonce: str
    hmac: str

    @property
    def made_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.at), UTC)


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
        await self.expect_kept(self.announced(subject, header), content)

    def announced(self, subject: str, header: str | None) -> Announced:
        """Looked at before anything of the body is read. Raises `Unauthenticated` unless it is fresh and names a key
        of `subject`."""
        form = _parts_of(header)
        key = self._keys().get(form["key"])
        if key is None or key.subject != subject:
            raise _not_theirs()
        announced = Announced(form["key"], key.secret, form["at"], form["nonce"], form["hmac"].lower())
        if abs(self._clock.now() - announced.made_at) > TOLERANCE:
            raise Unauthenticated(
                "the signature is more than five minutes old or ahead: sign again, with the right time"
            )
        return announced

    def seconds_left(self, announced: Announced) -> float:
        """For how long its content may go on coming."""
        return (announced.made_at + REMEMBERED - self._clock.now()).total_seconds()

    async def expect_kept(self, announced: Announced, content: SignedContent) -> None:
        """Raises `Unauthenticated` unless the content is what was announced, for the first time.

        It must all have come while the nonce is remembered: else it could come again when that is forgotten.
        """
        if not hmac.compare_digest(content.hmac(announced.secret, announced.at, announced.nonce), announced.hmac):
            raise _not_theirs()
        remembered_until = announced.made_at + REMEMBERED
        if self._clock.now() > remembered_until:
            raise Unauthenticated("the body took more than ten minutes from its signing: sign again, or send less")
        if not await self._nonces.first_time(f"{announced.key_id}:{announced.nonce}", remembered_until):
            raise Unauthenticated("this request was sent before: sign it anew, under the same Idempotency-Key")


def _parts_of(header: str | None) -> Mapping[str, str]:
    """Returns the parts of a signature, in any order, with commas between them. Raises `Unauthenticated` with the part
    that is wrong, and never with what was sent."""
    if not header:
        raise Unauthenticated(f"sign the request: {HEADER}: key=…, at=…, nonce=…, hmac=…")
    parts = dict(part.strip().partition("=")[::2] for part in header.split(","))
    if len(parts) <= header.count(",") or parts.keys() - _PARTS.keys():
        raise Unauthenticated(f"{HEADER}: each of key, at, nonce and hmac once")
    for name, (form, words) in _PARTS.items():
        if not form.fullmatch(parts.get(name, "")):
            raise Unauthenticated(f"{HEADER}: {name} is {words}")
    return parts


def _not_theirs() -> Unauthenticated:
    return Unauthenticated("the signature is not one of this caller's over this request")


def signed(*scopes: str) -> Callable[..., Awaitable[Principal]]:
    """A dependency: the caller, who must hold one of `scopes` and have signed this very request."""

    async def check(
        request: Request,
        caller: Annotated[Principal, Depends(allowed(*scopes))],
        signatures: Annotated[Signatures, Depends(part(Signatures))],
        otm_signature: Annotated[str | None, Header(description="key=…, at=…, nonce=…, hmac=…")] = None,
    ) -> Principal:
        content = SignedContent.asked(request, hashlib.sha256(await request.body()).hexdigest())
        await signatures.verify(caller.subject, content, otm_signature)
        return caller

    return check


def _target_of(request: Request) -> str:
    """The path with its query, as it was sent."""
    path = bytes(request.scope.get("raw_path") or request.scope["path"].encode()).decode("latin-1")
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path
