"""The public keys of those who issue tokens: fetched when needed, kept, and never asked for too often."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import httpx
import jwt
import orjson
import structlog

from shared.errors import Unavailable
from shared.network.trust import trust

FRESH = 600.0  # seconds after which keys are fetched again
ATTEMPT_EVERY = 30.0  # seconds at least between two fetches, whoever asks for what
FORGET_AFTER = 86_400.0  # seconds after which keys that cannot be fetched again are not believed any more
WITHIN = 3.0  # seconds for a fetch
LARGEST = 256_000  # bytes

log = structlog.get_logger(__name__)


class Jwks:
    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._withdrawn: set[str] = set()
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def key(self, kid: str) -> jwt.PyJWK | None:
        """The key of that id, or None for one that the issuer does not have. Raises `Unavailable` while it is not known
        whether the issuer has it, because its keys were asked for a moment ago.
        """
        asked = False
        if kid not in self._keys or time.monotonic() - self._fetched_at > FRESH:
            asked = await self._fetch(kid)
        if time.monotonic() - self._fetched_at > FORGET_AFTER:
            raise Unavailable("the keys of those who issue tokens cannot be fetched")
        found = self._keys.get(kid)
        if found is None and not asked and kid not in self._withdrawn:
            raise Unavailable("the key of this token is not known yet, and its issuer is not asked again so soon")
        return found

    async def only(self) -> jwt.PyJWK | None:
        """The key of an issuer that has a single one, which need not say its id in what it signs; None for more."""
        if not self._keys:
            await self._fetch("")
        return await self.key(next(iter(self._keys))) if len(self._keys) == 1 else None

    async def _fetch(self, kid: str) -> bool:
        """Whether the issuer was asked now, and answered."""
        if self._fetching.locked() and kid in self._keys:
            return False  # somebody fetches: go on with what we have
        async with self._fetching:
            if time.monotonic() - self._tried_at < ATTEMPT_EVERY:
                return False
            self._tried_at = time.monotonic()
            try:
                self._take(_usable(await self._document()))
            except (httpx.HTTPError, TimeoutError, ValueError, jwt.PyJWTError) as error:
                log.warning("the token issuer's keys cannot be fetched", error=type(error).__name__)
                return False
            return True

    def _take(self, keys: Mapping[str, jwt.PyJWK]) -> None:
        self._withdrawn = (self._withdrawn | set(self._keys)) - set(keys)
        self._keys = keys
        self._fetched_at = time.monotonic()

    async def _document(self) -> Any:
        content = bytearray()
        async with (
            asyncio.timeout(WITHIN),
            httpx.AsyncClient(verify=trust(), timeout=WITHIN) as client,
            client.stream("GET", self._url) as answer,
        ):
            answer.raise_for_status()
            async for piece in answer.aiter_bytes():
                content += piece
                if len(content) > LARGEST:
                    raise ValueError("too large")
        return orjson.loads(content)


def _usable(document: Any) -> dict[str, jwt.PyJWK]:
    """Raises `PyJWTError` or `ValueError` when there is none; a key that we cannot use spoils no other."""
    if not isinstance(document, dict):
        raise ValueError("not a set of keys")  # noqa: TRY004 (a value from outside, as any other)
    keys = jwt.PyJWKSet.from_dict(document).keys
    return {key.key_id: key for key in keys if key.key_id and key.public_key_use in ("sig", None)}
