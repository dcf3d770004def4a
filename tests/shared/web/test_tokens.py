"""A token is believed when its issuer signed it, for us, and it has not expired."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import SystemClock
from shared.errors import Unauthenticated, Unavailable
from shared.running.settings import OAuthSettings
from shared.web.callers import jwks
from shared.web.callers.jwks import Jwks
from shared.web.callers.tokens import Tokens
from tests.support.issuer import AUDIENCE, Issuer, issuer


@pytest.fixture
async def authority() -> AsyncIterator[Issuer]:
    async with issuer() as one:
        one.new_key("a")
        yield one


@pytest.fixture
def tokens(authority: Issuer) -> Tokens:
    settings = OAuthSettings(issuer="https://issuer", audience=AUDIENCE, jwks_url=authority.url)
    return Tokens(settings, Jwks(authority.url), SystemClock())


async def test_a_token_says_who_calls_and_what_they_may_do(authority: Issuer, tokens: Tokens) -> None:
    authority.new_key("e", "ES256")
    token = authority.token("a", scope="contacts:write contacts:read", team="extra-support")
    credential = await tokens.verify(token)
    assert credential.principal.subject == "dialler"
    assert credential.principal.scopes == {"contacts:write", "contacts:read"}
    assert (credential.principal.team, credential.principal.kind) == ("extra-support", "machine")
    assert await tokens.remembered(token) == credential
    assert (await tokens.verify(authority.token("e", algorithm="ES256"))).principal.scopes == frozenset()
    assert authority.asked == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"}, {"aud": None}, {"iss": "https://impostor"}, {"iss": None}, {"exp": None},
        {"exp": 1}, {"exp": "soon"}, {"sub": None}, {"sub": "Mrs Jones\n"}, {"sub": ""}, {"team": "No Team!"},
        {"scope": ["a"]}, {"nbf": 2**40}, {"exp": float("inf")},
    ],
    ids=str,
)  # fmt: skip
async def test_a_token_that_is_not_for_us_or_not_now_is_refused(
    authority: Issuer, tokens: Tokens, claims: dict[str, Any]
) -> None:
    with pytest.raises(Unauthenticated) as refused:
        await tokens.verify(authority.token("a", **claims))
    assert "Jones" not in str(refused.value)


async def test_nobody_else_can_sign_a_token(authority: Issuer, tokens: Tokens) -> None:
    impostor = Issuer()
    impostor.new_key("a")
    public = authority.keys["a"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for token in (impostor.token("a"), _hs256(public, "a"), _unsigned("a")):
        with pytest.raises(Unauthenticated):
            await tokens.verify(token)
        assert await tokens.remembered(token) is None


async def test_a_new_key_is_fetched_but_unknown_ones_do_not_make_us_ask_again_and_again(
    authority: Issuer, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tokens.verify(authority.token("a"))
    authority.new_key("b")
    for _ in range(50):
        with pytest.raises(Unavailable, match="not known yet"):
            await tokens.verify(authority.token("b"))
    assert authority.asked == 1
    monkeypatch.setattr(jwks, "ATTEMPT_EVERY", 0)
    assert (await tokens.verify(authority.token("b"))).principal.subject == "dialler"
    assert authority.asked == 2


async def test_a_token_is_refused_as_soon_as_its_key_is_seen_to_be_withdrawn(
    authority: Issuer, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = authority.token("a")
    await tokens.verify(token)
    authority.new_key("b")
    del authority.keys["a"]
    monkeypatch.setattr(jwks, "ATTEMPT_EVERY", 0)
    await tokens.verify(authority.token("b"))
    monkeypatch.setattr(jwks, "ATTEMPT_EVERY", 30)
    assert await tokens.remembered(token) is None
    with pytest.raises(Unauthenticated):
        await tokens.verify(token)


async def test_a_remembered_token_is_no_reason_not_to_look_at_the_keys_again(
    authority: Issuer, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = authority.token("a")
    await tokens.verify(token)
    authority.new_key("b")
    del authority.keys["a"]
    monkeypatch.setattr(jwks, "ATTEMPT_EVERY", 0)
    monkeypatch.setattr(jwks, "FRESH", 0)
    assert await tokens.remembered(token) is None


async def test_keys_are_used_on_while_their_issuer_is_away(
    authority: Issuer, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "ATTEMPT_EVERY", 0)
    authority.away = True
    with pytest.raises(Unavailable):
        await tokens.verify(authority.token("a"))
    authority.away = False
    await tokens.verify(authority.token("a"))
    authority.away = True
    monkeypatch.setattr(jwks, "FRESH", 0)
    await tokens.verify(authority.token("a"))
    monkeypatch.setattr(jwks, "FORGET_AFTER", 0)
    with pytest.raises(Unavailable):
        await tokens.verify(authority.token("a"))


async def test_of_many_tokens_the_latest_are_remembered(
    authority: Issuer, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.web.callers.tokens.REMEMBERED", 2)
    made = [authority.token("a", sub=f"s{number}") for number in range(3)]
    for token in made:
        await tokens.verify(token)
    assert [await tokens.remembered(token) is not None for token in made] == [False, True, True]


names = st.sampled_from(["alg", "kid", "typ", "crit", "b64"])
header = st.dictionaries(names, st.text(max_size=5) | st.none() | st.integers())


@given(st.text(max_size=100) | st.builds(lambda h: _spelt(json.dumps(h)) + ".e30.AA", header))
async def test_nothing_else_is_a_token(text: str) -> None:
    tokens = Tokens(
        OAuthSettings(issuer="i", audience="a", jwks_url="https://nobody.invalid/"), _NoKeys("https://x"), SystemClock()
    )
    with pytest.raises(Unauthenticated):
        await tokens.verify(text)


class _NoKeys(Jwks):
    async def key(self, kid: str) -> jwt.PyJWK | None:
        return None


def _spelt(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _claims() -> str:
    claims = {"iss": "https://issuer", "aud": AUDIENCE, "sub": "dialler", "exp": int(time.time()) + 300}
    return _spelt(json.dumps(claims))


def _hs256(public: bytes, kid: str) -> str:
    """Signed with the public key as if it were a secret."""
    content = f"{_spelt(json.dumps({'alg': 'HS256', 'kid': kid}))}.{_claims()}"
    digest = hmac.new(public, content.encode(), hashlib.sha256).digest()
    return f"{content}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def _unsigned(kid: str) -> str:
    return f"{_spelt(json.dumps({'alg': 'none', 'kid': kid}))}.{_claims()}."
