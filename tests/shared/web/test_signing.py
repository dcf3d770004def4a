"""A signed request does what it says, once, while it is fresh; any other does nothing."""

import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.errors import Unauthenticated
from shared.protection import SigningKey
from shared.web.callers.signing import Signatures, SignedContent, signature
from tests.support.clocks import NOON, StoppedClock

KEYS = {"issuer1": SigningKey("letter-issuer", b"s" * 32), "other": SigningKey("somebody-else", b"o" * 32)}
BODY = b'{"channel": "phone"}'
CONTENT = SignedContent.of("POST", "/v1/letter-issuer/contacts?dry=1", BODY)


class Remembered:
    def __init__(self) -> None:
        self.nonces: set[str] = set()

    async def first_time(self, nonce: str, until: datetime) -> bool:
        first = nonce not in self.nonces
        self.nonces.add(nonce)
        return first


def signatures(nonces: Remembered) -> Signatures:
    return Signatures(lambda: KEYS, nonces, StoppedClock())


def sign(at: datetime = NOON, key: str = "issuer1", content: SignedContent = CONTENT) -> str:
    return signature(key, KEYS[key].secret, content, at)


async def test_a_request_is_taken_once() -> None:
    verifier, header = signatures(Remembered()), sign()
    await verifier.verify("letter-issuer", CONTENT, header)
    with pytest.raises(Unauthenticated, match="sent before"):
        await verifier.verify("letter-issuer", CONTENT, header)
    await verifier.verify("letter-issuer", CONTENT, sign())


@pytest.mark.parametrize(("minutes", "taken"), [(-5.1, False), (-4.9, True), (4.9, True), (5.1, False)])
async def test_a_signature_holds_for_five_minutes(minutes: float, taken: bool) -> None:
    nonces = Remembered()
    header = sign(NOON + timedelta(minutes=minutes))
    if taken:
        await signatures(nonces).verify("letter-issuer", CONTENT, header)
    else:
        with pytest.raises(Unauthenticated, match="five minutes"):
            await signatures(nonces).verify("letter-issuer", CONTENT, header)
    assert len(nonces.nonces) == taken


@pytest.mark.parametrize(("minutes", "taken"), [(9.9, True), (10.1, False)])
async def test_a_body_that_takes_longer_than_its_nonce_is_remembered_is_refused(minutes: float, taken: bool) -> None:
    """Else the same request could come again when its nonce is forgotten."""
    clock, nonces = StoppedClock(), Remembered()
    verifier = Signatures(lambda: KEYS, nonces, clock)
    announced = verifier.announced("letter-issuer", sign())
    clock.move(minutes=minutes)
    if taken:
        await verifier.expect_kept(announced, CONTENT)
    else:
        with pytest.raises(Unauthenticated, match="ten minutes"):
            await verifier.expect_kept(announced, CONTENT)
    assert len(nonces.nonces) == taken


@pytest.mark.parametrize(
    "changed",
    [
        SignedContent.of("PUT", CONTENT.target, BODY),
        SignedContent.of("POST", "/v1/letter-issuer/contacts", BODY),
        SignedContent.of("POST", CONTENT.target, BODY + b" "),
    ],
)
async def test_a_request_that_was_changed_on_its_way_is_refused_and_not_remembered(changed: SignedContent) -> None:
    nonces = Remembered()
    with pytest.raises(Unauthenticated):
        await signatures(nonces).verify("letter-issuer", changed, sign())
    with pytest.raises(Unauthenticated):  # another caller's key
        await signatures(nonces).verify("letter-issuer", CONTENT, sign(key="other"))
    assert nonces.nonces == set()


valid = sign()


def said(header: str | None) -> dict[str, str]:
    """Returns what a header says: blanks around its parts, and capitals of its digest, say nothing."""
    parts = dict(part.strip().partition("=")[::2] for part in (header or "").split(","))
    return {name: value.lower() if name == "hmac" else value for name, value in parts.items()}


@given(
    st.none()
    | st.text(max_size=200)
    | st.builds(lambda n, c: valid[:n] + c + valid[n + 1 :], st.integers(0, 160), st.characters())
)
def test_any_other_header_is_refused_as_such(header: str | None) -> None:
    assume(said(header) != said(valid))
    with pytest.raises(Unauthenticated):
        asyncio.run(signatures(Remembered()).verify("letter-issuer", CONTENT, header))


async def test_a_signature_is_read_in_capitals_and_without_blanks() -> None:
    header = sign()
    parts = dict(part.split("=", 1) for part in header.split(", "))
    parts["hmac"] = parts["hmac"].upper()
    written = ",".join(f"{name}={value}" for name, value in reversed(parts.items()))
    await signatures(Remembered()).verify("letter-issuer", CONTENT, written)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("at=1767225600000", "at is whole seconds since 1970, not milliseconds"),
        ("nonce=q83v+/8zXw==", "nonce is 8 to 64 letters, digits, - and _"),
        ("hmac=abc", "hmac is 64 hexadecimal digits"),
        ("key=a b", "key is the id of your key"),
        ("key=issuer1, key=issuer1", "each of key, at, nonce and hmac once"),
    ],
)
async def test_a_signature_that_cannot_be_read_is_told_which_part_is_wrong(part: str, words: str) -> None:
    name = part.partition("=")[0]
    header = ", ".join(part if each.startswith(f"{name}=") else each for each in sign().split(", "))
    with pytest.raises(Unauthenticated) as refused:
        await signatures(Remembered()).verify("letter-issuer", CONTENT, header)
    assert words in refused.value.message
    assert part.partition("=")[2] not in refused.value.message
