"""Bodies that no report can be are refused with a problem, cost little, and leave nothing behind."""

import json
import tracemalloc
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.visible_text import expect_visible
from tests.http.reports import BODY, JSON, with_field
from tests.intake.given.letters import contacts_kept
from tests.support.inside import Inside, kept_in

DEPTH = 200_000


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


@given(st.text(max_size=60) | st.text(st.characters(max_codepoint=0x100)), st.booleans())
def test_of_all_texts_those_with_control_characters_are_found(text: str, escaped: bool) -> None:
    control = any((ord(c) < 0x20 and c not in "\t\n\r") or 0x7F <= ord(c) < 0xA0 for c in text)
    found = False
    try:
        expect_visible(json.dumps({"note": text}, ensure_ascii=escaped).encode(errors="surrogatepass"))
    except Invalid:
        found = True
    assert found == control
