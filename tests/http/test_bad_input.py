"""Bad input is refused with a problem that says so, costs little, and leaves nothing behind."""

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from services.intake.app import build_app
from services.intake.settings import Settings
from shared.errors import Invalid
from shared.protection import load_keyring
from shared.visible_text import expect_visible
from shared.web.callers.signing import HEADER, SignedContent, signature
from tests.intake.given.letters import CALLED, contacts_kept, report
from tests.support.inside import Corner, Inside, inside, kept_in

BODY = json.dumps(report()).encode()
JSON = {"Content-Type": "application/json"}
DEPTH = 200_000


@pytest.fixture
def corner(tmp_path: Path, mongo_url: str, database: str) -> Corner:
    made = Corner.made(tmp_path, mongo_url, database)
    made.move_clock(CALLED)
    return made


@pytest.fixture
async def intake(corner: Corner) -> AsyncIterator[Inside]:
    async with inside(build_app(corner.settings(Settings)), corner) as running:
        yield running


def with_field(text: str) -> bytes:
    return BODY[:-1] + b", " + text.encode() + b"}"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422), (b"{", 422), (b"null", 422), (b"[]", 422), (b'"x"', 422), (BODY + b"}", 422),
        (b"\xff\xfe" + BODY, 400), (BODY.decode().encode("utf-16"), 400), (BODY[:-2] + b"\xe9" + BODY[-2:], 400),
        (b"[" * DEPTH + b"]" * DEPTH, 400), (b'{"note":' * (DEPTH // 8) + b"1" + b"}" * (DEPTH // 8), 400),
        (with_field('"duration_seconds": NaN'), 422), (with_field('"duration_seconds": 1e999'), 422),
        (with_field('"duration_seconds": -Infinity'), 422), (with_field('"duration_seconds": ' + "9" * 5_000), 400),
        (with_field('"note": {"$gt": ""}'), 422), (with_field('"letter_reference": {"$ne": null}'), 422),
        (with_field('"$where": "1"'), 422), (with_field('"__proto__": {}'), 422),
        (with_field('"note": "a\\u0000b"'), 422), (with_field('"note": "a\\u001b[2Jb"'), 422),
        (with_field('"note": "\\ud800"'), 422), (with_field('"note": "a\x07b"'), 422),
        (with_field('"reason": "other"'), 422), (with_field('"volunteered": {"kind": "x", "kind": "disclosure"}'), 422),
        (with_field('"received_at": 1e400'), 422), (with_field('"received_at": "9999999-01-01T00:00:00Z"'), 422),
    ],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
async def test_a_body_that_no_report_can_be_is_a_problem_and_nothing_is_kept(
    intake: Inside, body: bytes, status: int
) -> None:
    async with intake.caller("helpline") as helpline:
        answer = await helpline.post("/v1/contacts", content=body, headers=JSON)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "code"} <= answer.json().keys()
    assert await kept_in(intake.service.store) == []


@pytest.mark.parametrize(
    "path",
    [
        "/v1/volumes?campaing=OTM-26-0042", "/v1/volumes?campaign[$ne]=x", "/v1/volumes?by=quarter%00",
        "/v1/contacts/%00", "/v1/contacts/{$gt:1}", "/v1/letters/a%1b%5b2J", "/v1/letters/" + "9" * 5_000,
    ],
    ids=lambda value: value[:40],
)  # fmt: skip
async def test_an_address_that_asks_for_nothing_we_have_is_a_problem(intake: Inside, path: str) -> None:
    async with intake.caller("operator") as operator:
        answer = await operator.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert await kept_in(intake.service.store) == []


@pytest.mark.parametrize("path", ["/v1/contacts", "/v1/contacts/batch"])
@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Content-Encoding": "gzip"}, "without a Content-Encoding"),
        ({"Content-Encoding": " BR"}, "without a Content-Encoding"),
        ({"Content-Encoding": "identity, deflate"}, "without a Content-Encoding"),
        ({"Content-Type": "Multipart/Form-Data; boundary=x"}, "no form"),
    ],
    ids=["gzip", "br", "deflate", "form"],
)
async def test_a_body_that_is_not_as_it_is_read_is_told_so_in_streams_too(
    intake: Inside, path: str, headers: dict[str, str], words: str
) -> None:
    async with intake.caller("helpline") as helpline:
        answer = await helpline.post(path, content=BODY, headers=JSON | headers)
        plain = await helpline.post(path, content=BODY, headers=JSON | {"Content-Encoding": "Identity"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")
    assert words in answer.json()["title"]
    assert plain.is_success


@pytest.mark.parametrize("name", ["Idempotency-Key", "Content-Type", "Authorization"])
async def test_a_header_that_is_there_twice_is_refused_because_one_would_win(intake: Inside, name: str) -> None:
    async with intake.caller("helpline") as helpline:
        known = helpline.headers["Authorization"]
        once = {"Authorization": known, "Content-Type": "application/json", "Idempotency-Key": "1"}
        headers = [*once.items(), (name, "2")]
        async with intake.caller(None) as anybody:
            answer = await anybody.post("/v1/contacts", content=BODY, headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (400, f"send {name} once")
    assert await kept_in(intake.service.store) == []


async def test_words_that_are_no_method_fill_neither_metrics_nor_the_log(intake: Inside) -> None:
    words = [f"WORD{number}" for number in range(20)]
    with capture_logs() as logged:
        async with intake.caller(None) as stranger:
            for word in words:
                assert (await stranger.request(word, "/v1/volumes")).status_code == 405
            metrics = (await stranger.get("/metrics")).text
    assert 'otm_http_request_seconds_count{method="other",route="/v1/volumes",status="405"} 20.0' in metrics
    assert "WORD" not in metrics
    assert [entry["method"] for entry in logged if entry["event"] == "answered"] == ["other"] * len(words)


async def test_a_body_that_is_too_large_is_refused_whatever_its_headers_claim_and_fills_no_memory(
    intake: Inside,
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield BODY[:-1] + b', "note": "'
        for _ in range(100):
            yield b"x" * 1_000_000

    tracemalloc.start()
    async with intake.caller("helpline") as helpline:
        streamed = await helpline.post("/v1/contacts", content=endless(), headers=JSON)
        claimed = await helpline.post("/v1/contacts", content=BODY, headers=JSON | {"Content-Length": "99999999999"})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {(answer.status_code, answer.json()["code"]) for answer in (streamed, claimed)} == {(413, "too-large")}
    assert peak < 20_000_000
    assert await kept_in(intake.service.store) == []


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


async def test_a_line_with_characters_that_nobody_can_see_is_refused_alone(intake: Inside) -> None:
    lines = [
        BODY,
        with_field('"note": "a\\u0000b"'),
        with_field('"note": "tab\\tand\\nline"'),
        b"\xff\xfe",
        b"[" * 9_000,
    ]
    async with intake.caller("helpline") as helpline:
        answer = await helpline.post("/v1/contacts/batch", content=b"\n".join(lines))
    assert [json.loads(line)["status"] for line in answer.text.splitlines()] == [201, 422, 201, 422, 422]
    assert await contacts_kept(intake) == 2


async def test_neither_a_fields_name_nor_a_correlation_id_takes_a_customer_into_answers_logs_or_events(
    intake: Inside,
) -> None:
    zebedee, utr = "Mrs Zebedee Quillfeather QQ123456C", "1955839661"
    headers = JSON | {"X-Correlation-Id": utr}
    with capture_logs() as logged:
        async with intake.caller("helpline") as helpline:
            refused = await helpline.post("/v1/contacts", content=with_field(f'"{zebedee}": 1'), headers=headers)
            in_a_stream = await helpline.post("/v1/contacts/batch", content=with_field(f'"{zebedee}": 1'))
            taken = await helpline.post("/v1/contacts", content=BODY, headers=headers)
    assert (refused.status_code, taken.status_code) == (422, 201)
    assert "there is no such field" in refused.text
    said = [str(event) for event in await intake.said()]
    assert said
    for told in (refused.text, in_a_stream.text, taken.text, refused.headers, taken.headers, logged, said):
        assert "Zebedee" not in str(told)
        assert utr not in str(told)


@given(st.text(max_size=60) | st.text(st.characters(max_codepoint=0x100)), st.booleans())
def test_of_all_texts_those_with_control_characters_are_found(text: str, escaped: bool) -> None:
    control = any((ord(c) < 0x20 and c not in "\t\n\r") or 0x7F <= ord(c) < 0xA0 for c in text)
    found = False
    try:
        expect_visible(json.dumps({"note": text}, ensure_ascii=escaped).encode(errors="surrogatepass"))
    except Invalid:
        found = True
    assert found == control
