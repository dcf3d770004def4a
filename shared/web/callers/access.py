"""Check of callers: by a key of ours or a token of the issuer's, within their rate, and with the scopes needed."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers
from starlette.types import Scope

from shared.errors import Unauthenticated, Unavailable
from shared.principal import Principal
from shared.web.callers.keys import AccessKeys, Credential
from shared.web.callers.rate_limits import RateLimits
from shared.web.callers.tokens import Tokens
from shared.web.callers.usage import Usage
from shared.web.dependencies import part

CALLER = "otm.caller"
"""Where the door leaves the caller that it has recognised, in the scope of the request."""
bearer = HTTPBearer(auto_error=False, description="A key, as `otm_<id>_<secret>`, or an OAuth2 access token (JWT)")


class Access:
    """Checks callers. A known caller is limited by their own key alone, so that no crowd of strangers
    keeps them out.
    """

    def __init__(self, keys: AccessKeys, tokens: Tokens | None, limits: RateLimits, usage: Usage) -> None:
        self._keys = keys
        self._tokens = tokens
        self._limits = limits
        self._usage = usage

    async def caller(self, secret: str, address: str) -> Principal:
        """Raises `Unauthenticated`, or `TooMany`."""
        try:
            found = await self._recognised(secret, address)
        except (Unauthenticated, Unavailable):
            self._limits.stranger(address)
            raise
        self._limits.caller(found.id, found.rate)
        self._usage.note(found.id)
        return found.principal

    def person(self, subject: str) -> None:
        """Counts a request of a person who is signed in. Raises `TooMany`."""
        self._limits.caller(f"person:{subject}", None)

    def stranger(self, address: str) -> None:
        """Counts a request for a page by nobody who is signed in. Raises `TooMany`."""
        self._limits.stranger(address)

    async def _recognised(self, secret: str, address: str) -> Credential:
        found = self._keys.find(secret) or await self._by_token(secret)
        if found is None:
            raise Unauthenticated("no known key: send it as Authorization: Bearer otm_…")
        return found

    async def _by_token(self, secret: str) -> Credential | None:
        """However many strangers try at the same address: to verify a signature takes a tenth of a millisecond."""
        if self._tokens is None or not self._tokens.like(secret):
            return None
        return await self._tokens.remembered(secret) or await self._tokens.verify(secret)


async def known(
    request: Request,
    access: Annotated[Access, Depends(part(Access))],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Principal:
    """A dependency: the caller, whatever they may do. Every further log line of the request names them."""
    caller: Principal | None = request.scope.get(CALLER)
    if caller is None:  # of a request that has not come through the door
        address = request.client.host if request.client else "unknown"
        caller = await access.caller(credentials.credentials if credentials else "", address)
    structlog.contextvars.bind_contextvars(caller=caller.subject)
    return caller


def secret_of(scope: Scope) -> str:
    """The bearer's secret in the headers of a request; empty where there is none."""
    kind, _, secret = Headers(scope=scope).get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def allowed(*scopes: str) -> Callable[..., Awaitable[Principal]]:
    """A dependency: the caller, who must hold one of `scopes`."""

    async def check(caller: Annotated[Principal, Depends(known)]) -> Principal:
        caller.expect(*scopes)
        return caller

    check.__dict__["scopes"] = scopes  # for those who list what there is
    return check
