"""Sign-in with an OpenID Connect provider: the authorization code flow with PKCE, state and nonce."""

import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import jwt
import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc.errors import JoseError

from shared.errors import Unauthenticated, Unavailable
from shared.network.trust import trust
from shared.running.settings import OidcSettings, PrivateUrl
from shared.values import Value
from shared.web.callers.jwks import Jwks
from shared.web.callers.tokens import ALGORITHMS, LEEWAY
from shared.web.site.identity.claims import Claims, read_claims
from shared.web.site.session import Language

FRESH_SECONDS = 3_600
WITHIN_SECONDS = 5.0

log = structlog.get_logger(__name__)


class SigningIn(Value):
    """A sign-in that has begun: what the answer is held against, and the page to come back to."""

    state: str
    nonce: str
    verifier: str
    to: str
    language: Language
    began: float


class _Endpoints(Value, extra="ignore"):
    issuer: str
    authorization_endpoint: str
    token_endpoint: PrivateUrl
    jwks_uri: PrivateUrl
    end_session_endpoint: str | None = None


class _Token(Value, extra="ignore"):
    id_token: str


class Provider:
    """The provider that `settings` name. Nothing is asked of it before the first sign-in."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        self._endpoints: _Endpoints | None = None
        self._keys: Jwks | None = None
        self._until = 0.0

    @property
    def origin(self) -> str:
        parts = urlsplit(self._settings.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    async def begin(self, to: str, language: Language, back: str) -> tuple[str, SigningIn]:
        """Returns the address at the provider to go to, and what its answer is held against. Raises `Unavailable`."""
        endpoints = await self._discovered()
        made = SigningIn(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            to=to,
            language=language,
            began=time.time(),
        )
        url = prepare_grant_uri(
            endpoints.authorization_endpoint,
            self._settings.client_id,
            "code",
            redirect_uri=back,
            scope=self._settings.scope,
            state=made.state,
            nonce=made.nonce,
            code_challenge=create_s256_code_challenge(made.verifier),
            code_challenge_method="S256",
        )
        return url, made

    async def complete(self, begun: SigningIn, code: str, back: str) -> Claims:
        """Returns who has signed in. Raises `Unauthenticated`, `Forbidden` for a person who cannot be told by a staff
        code, and `Unavailable`."""
        endpoints = await self._discovered()
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": begun.verifier,
            "client_id": self._settings.client_id,
        }
        secret = self._settings.client_secret
        auth = (self._settings.client_id, secret.get_secret_value()) if secret else None
        try:
            async with httpx.AsyncClient(verify=trust(), timeout=WITHIN_SECONDS) as client:
                answer = await client.post(endpoints.token_endpoint, data=asked, auth=auth or httpx.USE_CLIENT_DEFAULT)
        except httpx.HTTPError as error:
            raise self._away(error) from None
        if answer.is_client_error:
            raise Unauthenticated("the provider does not know this sign-in any more: begin anew")
        try:
            token = _Token.model_validate(answer.raise_for_status().json())
        except (httpx.HTTPError, ValueError) as error:
            raise self._away(error) from None
        return read_claims(await self._verified(token.id_token, begun.nonce), self._settings)

    async def end_url(self, back: str) -> str | None:
        """Returns the address at which the provider ends its own session, if it has one and can be reached."""
        try:
            endpoint = (await self._discovered()).end_session_endpoint
        except Unavailable:
            return None
        asked = {"client_id": self._settings.client_id, "post_logout_redirect_uri": back}
        return f"{endpoint}?{urlencode(asked)}" if endpoint else None

    async def _discovered(self) -> _Endpoints:
        if self._endpoints is None or time.monotonic() > self._until:
            url = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
            try:
                async with httpx.AsyncClient(verify=trust(), timeout=WITHIN_SECONDS) as client:
                    found = _Endpoints.model_validate((await client.get(url)).raise_for_status().json())
            except (httpx.HTTPError, ValueError) as error:
                raise self._away(error) from None
            if found.issuer.rstrip("/") != self._settings.issuer.rstrip("/"):
                raise Unavailable("the provider calls itself something else than our settings: check the issuer")
            self._endpoints, self._until = found, time.monotonic() + FRESH_SECONDS
            self._keys = Jwks(found.jwks_uri)
        return self._endpoints

    async def signed(self, token: str) -> Mapping[str, Any]:
        """Returns the claims of a token that the provider has signed for us, now good. Raises `Unauthenticated`, and
        `Unavailable`."""
        issuer, ours = (await self._discovered()).issuer, self._settings.client_id
        try:
            key = await self._key(jwt.get_unverified_header(token).get("kid"))
            if key is None:
                raise Unauthenticated("the token is signed with no key that its provider has")
            told = jwt.decode(
                token, key, list(ALGORITHMS), {"require": ["iat", "exp"]}, audience=ours, issuer=issuer, leeway=LEEWAY
            )
        except jwt.PyJWTError as error:
            raise Unauthenticated(f"the token is not good: {type(error).__name__}") from None
        return dict(told)

    async def _verified(self, token: str, nonce: str) -> Mapping[str, Any]:
        """Returns the claims of an ID token. Raises `Unauthenticated`."""
        told = await self.signed(token)
        params = {"nonce": nonce, "client_id": self._settings.client_id}
        try:
            CodeIDToken(told, jwt.get_unverified_header(token), params=params).validate(leeway=LEEWAY)
        except JoseError as error:
            raise Unauthenticated(f"the sign-in is not good: {type(error).__name__}") from None
        return told

    async def _key(self, kid: object) -> jwt.PyJWK | None:
        if self._keys is None:
            return None
        return await self._keys.key(kid) if isinstance(kid, str) else await self._keys.only()

    def _away(self, error: Exception) -> Unavailable:
        log.warning("the sign-in provider cannot be asked", error=type(error).__name__)
        return Unavailable("the sign-in provider cannot be reached: try again in a minute")
