"""Who calls: keys with scopes, of which only a hash is kept."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import structlog
from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.errors import Unauthenticated
from shared.web.parts import part
from shared.web.principal import Principal

__all__ = ["AccessKeys", "Principal", "allowed", "known", "load_access_keys"]

bearer = HTTPBearer(auto_error=False, description="A key, as `otm_<id>_<secret>`")


class AccessKeys:
    """Looks a key up by its SHA-256: keys are 43 random characters, so a slow hash or a salt would add nothing."""

    def __init__(self, principals: dict[str, Principal]) -> None:
        self._principals = principals

    def principal(self, key: str) -> Principal:
        """Raises `Unauthenticated` when no such key is known."""
        found = self._principals.get(hashlib.sha256(key.encode()).hexdigest())
        if found is None:
            raise Unauthenticated("no known key: send it as Authorization: Bearer otm_…")
        return found


def load_access_keys(file: Path) -> AccessKeys:
    """Reads `{"keys": [{"id", "subject", "kind", "scopes", "sha256"}]}`."""
    keys = json.loads(file.read_text())["keys"]
    return AccessKeys({key["sha256"]: _principal(key) for key in keys})


def _principal(key: Mapping[str, Any]) -> Principal:
    return Principal(key["subject"], key["kind"], frozenset(key["scopes"]), key.get("team"))


async def known(
    keys: Annotated[AccessKeys, Depends(part(AccessKeys))],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Principal:
    """A dependency: the caller, whatever they may do. Every further log line of the request names them."""
    caller = keys.principal(credentials.credentials if credentials else "")
    structlog.contextvars.bind_contextvars(caller=caller.subject)
    return caller


def allowed(*scopes: str) -> Callable[..., Awaitable[Principal]]:
    """A dependency: the caller, who must hold one of `scopes`."""

    async def check(caller: Annotated[Principal, Depends(known)]) -> Principal:
        caller.expect(*scopes)
        return caller

    return check
