"""The letter issuer's contacts by the thousand: signed as a whole, and nothing is kept of a stream that is not."""

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from services.intake import app
from services.intake.app import build_app
from services.intake.contacts.repository.rows import ContactRows
from services.intake.settings import Settings
from shared.protection import Cipher, load_keyring
from shared.web.bodies import spool
from shared.web.callers import signing
from shared.web.callers.signing import HEADER, SignedContent, signature
from tests.intake.given.letters import contacts_kept, kept
from tests.intake.given.streams import ANSWERS, LINES, line
from tests.support.inside import Corner, Inside, inside

PATH = "/v1/letter-issuer/contacts/batch"
BODY = b"\n".join(LINES)


@pytest.fixture
async def intake(corner: Corner, tmp_path: Path) -> AsyncIterator[Inside]:
    async with inside(build_app(corner.settings(Settings, spool_folder=tmp_path / "spool")), corner) as running:
        yield running


class Issuer:
    def __init__(self, intake: Inside, corner: Corner) -> None:
        self._intake = intake
        self._secret = load_keyring(corner.home.keyring).signing["issuer1"].secret

    def sign(self, body: bytes, path: str = PATH, at: datetime | None = None, key: str = "") -> str:
        content = SignedContent.of("POST", path, body, key)
        return signature("issuer1", self._secret, content, at or datetime.now(UTC))

    async def send(self, body: bytes, header: str | None, key: str | None = None) -> httpx.Response:
        headers = {HEADER: header} if header else {}
        headers |= {"Idempotency-Key": key} if key else {}
        async with self._intake.caller("letter-issuer") as issuer:
            request = issuer.build_request("POST", PATH, content=pieces(body), headers=headers)
            return await issuer.send(request, auth=None)


async def pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 100_000):
        yield body[start : start + 100_000]
        await asyncio.sleep(0)


async def test_each_line_has_its_answer_and_the_stream_can_be_sent_again_under_its_key(
    intake: Inside, corner: Corner
) -> None:
    issuer = Issuer(intake, corner)
    first = await issuer.send(BODY, issuer.sign(BODY, key="friday"), "friday")
    again = await issuer.send(BODY, issuer.sign(BODY, key="friday"), "friday")
    answers = [json.loads(each) for each in first.text.splitlines()]
    assert [(answer["line"], answer["status"]) for answer in answers] == ANSWERS
    assert again.text == first.text
    rows = ContactRows(Cipher(load_keyring(corner.home.keyring)))
    found = rows.opened([row async for row in intake.service.store["contacts"].find()])
    assert [row["team"] for row in found] == ["letter-issuer"] * 4


async def test_nothing_is_kept_of_a_stream_whose_signature_is_not_right(intake: Inside, corner: Corner) -> None:
    """The last byte alone is another."""
    issuer, now = Issuer(intake, corner), datetime.now(UTC)
    body = b"\n".join(line(duration_seconds=n) for n in range(1_200))
    wrong = (
        None, "hmac=1", issuer.sign(body[:-1] + b" "), issuer.sign(body, "/v1/letter-issuer/contacts"),
        issuer.sign(body, at=now - timedelta(minutes=6)), issuer.sign(body, at=now + timedelta(minutes=6)),
    )  # fmt: skip
    refused = [await issuer.send(body, header) for header in wrong]
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(401, "unauthenticated")}
    assert await kept(intake) == [0] * 4


async def test_a_stream_that_is_replayed_is_refused(intake: Inside, corner: Corner) -> None:
    issuer = Issuer(intake, corner)
    header = issuer.sign(BODY)
    answers = await asyncio.gather(*(issuer.send(BODY, header) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]
    assert await contacts_kept(intake) == 4


async def test_a_stream_that_is_too_large_is_refused_and_fills_neither_memory_nor_disk(
    corner: Corner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.SIZE_LIMITS, "/contacts/batch", 20_000_000)
    folder = tmp_path / "spool"
    async with inside(build_app(corner.settings(Settings, spool_folder=folder)), corner) as intake:
        issuer = Issuer(intake, corner)
        body = line() + b"\n" + b"x" * 30_000_000
        fits, header = body[:19_000_000], issuer.sign(body)
        tracemalloc.start()
        refused = await issuer.send(body, header)
        taken = await issuer.send(fits, issuer.sign(fits))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (refused.status_code, refused.json()["code"]) == (413, "too-large")
        assert [json.loads(each)["status"] for each in taken.text.splitlines()] == [201, 413]
        assert peak < 10_000_000
        assert list(folder.iterdir()) == []
        assert await contacts_kept(intake) == 1


async def test_a_caller_without_the_scope_is_refused_before_the_body_is_read(intake: Inside, corner: Corner) -> None:
    issuer = Issuer(intake, corner)
    read = 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(3):
            read += 1
            yield BODY

    async with intake.caller("helpline") as helpline:
        answer = await helpline.post(PATH, content=counted(), headers={HEADER: issuer.sign(BODY * 3)})
    assert (answer.status_code, read) == (403, 0)


async def test_connections_that_died_without_a_word_make_room_for_others(
    intake: Inside, corner: Corner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether nothing comes any more, or a little always does."""
    issuer = Issuer(intake, corner)

    async def silent() -> AsyncIterator[bytes]:
        yield BODY[:10]
        await asyncio.Event().wait()

    async def trickling() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.01)

    async def dead(body: AsyncIterator[bytes], at: datetime) -> httpx.Response:
        async with intake.caller("letter-issuer") as client:
            headers = {HEADER: issuer.sign(BODY, at=at)}
            return await client.send(client.build_request("POST", PATH, content=body, headers=headers), auth=None)

    monkeypatch.setattr(spool, "IDLE", 1.0)
    monkeypatch.setattr(signing, "REMEMBERED", timedelta(minutes=4, seconds=1))
    now = datetime.now(UTC)
    async with asyncio.timeout(60):
        answers = await asyncio.gather(
            *(dead(silent(), now) for _ in range(spool.AT_ONCE - 1)), dead(trickling(), now - timedelta(minutes=4))
        )
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(400, "malformed")}
    taken = await issuer.send(BODY, issuer.sign(BODY))
    assert taken.status_code == 200
