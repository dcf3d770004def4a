"""OAuth2 client-credentials tokens: JWTs that an issuer we trust has signed for us."""

import hashlib
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any

import jwt
from pydantic import TypeAdapter, ValidationError

from shared.clock import Clock
from shared.errors import Unauthenticated
from shared.principal import Principal
from shared.running.settings import OAuthSettings
from shared.values import Code, Value
from shared.web.callers.jwks import Jwks
from shared.web.callers.keys import Credential

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""None of them takes a secret that somebody might pass off a public key as."""
LONGEST = 8_000  # characters
LEEWAY = 30  # seconds that clocks may differ
REMEMBERED = 1_000  # tokens whose signature need not be verified again


class _Claims(Value, extra="ignore"):
    exp: float
    sub: Code
    scope: str = ""
    team: Code | None = None


class Tokens:
    def __init__(self, settings: OAuthSettings, keys: Jwks, clock: Clock) -> None:
        self._settings = settings
        self._keys = keys
        self._clock = clock
        self._verified: OrderedDict[bytes, tuple[Credential, str]] = OrderedDict()

    @staticmethod
    def like(text: str) -> bool:
        """Whether it has the looks of a token at all."""
        return text.count(".") == 2 and len(text) <= LONGEST  # noqa: PLR2004 (header, claims and signature)

    async def remembered(self, token: str) -> Credential | None:
        """Returns the caller of a token that was verified before, has not expired, and whose key is not withdrawn."""
        found, kid = self._verified.get(_digest(token), (None, ""))
        if found is None or found.expires is None or found.expires <= self._clock.now():
            return None
        return found if await self._keys.key(kid) is not None else None

    async def verify(self, token: str) -> Credential:
        """Returns the caller of a token. Raises `Unauthenticated`, and `Unavailable` when its issuer has to be asked
        first.
        """
        claims, kid = await self._claims(token)
        expires = datetime.fromtimestamp(min(claims.exp, 2**33), UTC)
        principal = Principal(claims.sub, "machine", frozenset(claims.scope.split()), claims.team)
        credential = Credential(f"token:{claims.sub}", principal, expires)
        self._verified[_digest(token)] = credential, kid
        if len(self._verified) > REMEMBERED:
            self._verified.popitem(last=False)
        return credential

    async def _claims(self, token: str) -> tuple[_Claims, str]:
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = await self._keys.key(kid) if isinstance(kid, str) else None
            if key is None or not isinstance(kid, str):
                raise Unauthenticated("the token is signed with no key that its issuer has")
            return TypeAdapter(_Claims).validate_python(self._decoded(token, key)), kid
        except jwt.PyJWTError as error:
            raise Unauthenticated(f"the token is not good: {type(error).__name__}") from None
        except (ValidationError, ValueError, RecursionError):
            raise Unauthenticated("the token does not say what it should") from None

    def _decoded(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        required = {"require": ["exp", "iss", "aud", "sub"]}
        return jwt.decode(
            token,
            key,
            list(ALGORITHMS),
            audience=self._settings.audience,
            issuer=self._settings.issuer,
            leeway=LEEWAY,
            options=required,  # type: ignore[arg-type]
        )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
