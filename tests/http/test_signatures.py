"""Signatures of requests count for what was signed, for minutes, and once."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from shared.protection import load_keyring
from shared.web.callers.signing import HEADER, SignedContent, signature
from tests.http.reports import BODY, JSON
from tests.support.inside import Corner, Inside, kept_in


async def test_what_is_not_signed_or_not_like_that_or_not_now_or_not_for_the_first_time_changes_nothing(
    intake: Inside, corner: Corner
) -> None:
    key = load_keyring(corner.home.keyring).signing["issuer1"]
    path, now = "/v1/letter-issuer/contacts", datetime.now(UTC)

    def sign(body: bytes = BODY, at: datetime = now) -> str:
        return signature("issuer1", key.secret, SignedContent.of("POST", path, body), at)

    async def send(header: str | None) -> httpx.Response:
        async with intake.caller("letter-issuer") as issuer:
            headers = JSON | ({HEADER: header} if header else {})
            return await issuer.send(issuer.build_request("POST", path, content=BODY, headers=headers), auth=None)

    old, ahead = sign(at=now - timedelta(minutes=6)), sign(at=now + timedelta(minutes=6))
    refused = [await send(header) for header in (None, "hmac=1", sign(BODY + b" "), old, ahead)]
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(401, "unauthenticated")}
    assert await kept_in(intake.service.store) == []
    header = sign()
    answers = await asyncio.gather(*(send(header) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 401, 401, 401, 401]
    assert await intake.service.store["contacts"].count_documents({}) == 1


@pytest.mark.parametrize("path", ["/v1/letter-issuer/contacts", "/v1/letter-issuer/contacts/batch"])
async def test_a_request_that_was_held_back_is_not_done_again_under_another_idempotency_key(
    intake: Inside, path: str
) -> None:
    """Nor without one, nor with a second one beside its own; the helper of our clients signs what it sends."""

    async def send(client: httpx.AsyncClient, *keys: str, signed: str | None = None) -> int:
        headers = [("Content-Type", "application/json"), *(("Idempotency-Key", key) for key in keys)]
        request = client.build_request("POST", path, content=BODY, headers=headers)
        if signed is not None:
            request.headers[HEADER] = signed
        return (await client.send(request, auth=None if signed else client.auth)).status_code

    async with intake.caller("letter-issuer") as issuer:
        held = issuer.build_request("POST", path, content=BODY, headers={"Idempotency-Key": "monday"})
        header = next(issuer.auth.auth_flow(held)).headers[HEADER] if issuer.auth else ""
        assert await send(issuer, "monday") in (200, 201)
        changed = [await send(issuer, *keys, signed=header) for keys in (("tuesday",), (), ("monday", "x"))]
        assert changed == [401, 401, 400]  # a header that is there twice is refused before anybody reads it
        assert await send(issuer, "monday", signed=header) in (200, 201)
    assert await intake.service.store["contacts"].count_documents({}) == 1
