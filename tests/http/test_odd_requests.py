"""Requests that no client of ours makes: each is answered as its sender's fault, and nothing is repeated."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.planner.app import build_app
from services.planner.settings import Settings
from tests.support.inside import Corner, Inside, inside
from tests.support.raw_connection import connected

SECRET = "Quillfeather"
PATH = "/v1/campaigns"
DEEP = 100_000
CUT_OFF = 0
"""For a head that is too long the connection ends while it is still coming, perhaps before the answer was read."""


@pytest.fixture
async def planner(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[tuple[Inside, str]]:
    corner = Corner.made(tmp_path, mongo_url, database)
    async with inside(build_app(corner.settings(Settings)), corner) as running, running.listening() as url:
        yield running, url


def head(method: str, target: str, *headers: str) -> str:
    return "\r\n".join((f"{method} {target} HTTP/1.1", "Host: x", "Connection: close", *headers, "", ""))


def posted(body: bytes, *headers: str) -> bytes:
    sent = head("POST", PATH, "Authorization: KEY", "Content-Type: application/json", *headers)
    return sent.replace("Connection: close", f"Connection: close\r\nContent-Length: {len(body)}").encode() + body


def chunked(*lines: str) -> bytes:
    sent = head("POST", PATH, "Authorization: KEY", "Content-Type: application/json", "Transfer-Encoding: chunked")
    return sent.encode() + "\r\n".join(lines).encode()


def asked(method: str, target: str, *headers: str) -> bytes:
    return head(method, target, "Authorization: KEY", *headers).encode("latin-1")


ODD: dict[str, tuple[bytes, set[int]]] = {
    "head": (asked("HEAD", PATH), {405}),
    "options": (asked("OPTIONS", PATH, "Origin: https://elsewhere.example"), {405}),
    "options of all": (asked("OPTIONS", "*"), {404, 405}),
    "trace": (asked("TRACE", PATH), {405}),
    "connect": (asked("CONNECT", "elsewhere.example:443"), {404, 405}),
    "whole address": (asked("GET", "http://elsewhere.example/v1/campaigns"), {200, 404}),
    "slash": (asked("GET", f"{PATH}/"), {404}),
    "slashes": (asked("GET", "//v1//campaigns"), {404}),
    "dots": (asked("GET", "/v1/../metrics"), {404}),
    "hidden dots": (asked("GET", "/v1/%2e%2e/metrics"), {404}),
    "hidden slash": (asked("GET", "/v1%2fcampaigns"), {200, 404}),
    "nul": (asked("GET", f"{PATH}/%00"), {422}),
    "broken escape": (asked("GET", f"{PATH}/%zz%{SECRET}"), {404, 422}),
    "broken utf-8": (asked("GET", f"{PATH}/%ff%fe"), {404, 422}),
    "query twice": (asked("GET", f"{PATH}?state=draft&state=live"), {422}),
    "query unknown": (asked("GET", f"{PATH}?{SECRET}={SECRET}"), {422}),
    "query broken": (asked("GET", f"{PATH}?state=%ff%00"), {422}),
    "query escaped twice": (asked("GET", f"{PATH}?state=%2500{SECRET}"), {422}),
    "long address": (asked("GET", f"{PATH}?state={SECRET * 20_000}"), {CUT_OFF, 400, 414, 422}),
    "many headers": (asked("GET", PATH, *(f"X-{n}: {SECRET}" for n in range(2_000))), {CUT_OFF, 200, 400, 431}),
    "latin-1 header": (asked("GET", PATH, "X-Name: Si\xe2n"), {200}),
    "key twice": (asked("GET", PATH, "Authorization: Bearer x"), {400}),
    "http/1.0": (asked("GET", PATH).replace(b"HTTP/1.1", b"HTTP/1.0"), {200}),
    "http/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 404}),
    "tls": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {400}),
    "no host": (asked("GET", PATH).replace(b"Host: x\r\n", b""), {400}),
    "length twice": (posted(b"{}", "Content-Length: 3"), {400}),
    "length below nothing": (asked("POST", PATH, "Content-Length: -1"), {400}),
    "length in words": (asked("POST", PATH, f"Content-Length: {SECRET}"), {400}),
    "length beyond all": (asked("POST", PATH, f"Content-Length: {'9' * 30}"), {400, 413}),
    "chunks in words": (chunked(SECRET, "{}", "0", "", ""), {400}),
    "chunks with a name": (chunked(f"2;name={SECRET}", "{}", "0", "", ""), {422}),
    "chunks in gzip": (asked("POST", PATH, "Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n", {400, 501}),
    "deep lists": (posted(b"[" * DEEP), {400, 422}),
    "deep objects": (posted(b'{"a":' * DEEP + b"1" + b"}" * DEEP), {400, 422}),
    "huge number": (posted(b'{"title": ' + b"9" * 5_000 + b"}"), {400, 422}),
    "no number": (posted(b'{"customers": NaN, "arms": [Infinity]}'), {400, 422}),
    "lone surrogate": (posted(b'{"title": "\\ud800 Quillfeather"}'), {400, 422}),
    "nul in a text": (posted(b'{"title": "a\\u0000Quillfeather"}'), {422}),
    "latin-1 body": (posted(b'{"title": "Si\xe2n Quillfeather"}'), {400, 422}),
    "mark before": (posted(b"\xef\xbb\xbf{}"), {422}),
    "names twice": (posted(b'{"title": "a", "title": "Quillfeather"}'), {422}),
    "name of a proto": (posted(b'{"__proto__": {"x": 1}, "constructor": 1, "$where": "Quillfeather"}'), {422}),
    "text for json": (posted(b"Quillfeather"), {400, 422}),
    "charset": (posted(b"{}").replace(b"application/json", b"application/json; charset=utf-16"), {422}),
    "expects": (posted(b"{}", "Expect: 100-continue"), {422}),
    "upgrade": (asked("GET", PATH, "Upgrade: websocket", "Sec-WebSocket-Key: x"), {200, 400, 404}),
}


@pytest.mark.parametrize("name", ODD)
async def test_an_odd_request_is_answered_as_the_callers_fault_and_not_repeated(
    planner: tuple[Inside, str], name: str
) -> None:
    running, url = planner
    sent, statuses = ODD[name]
    key = running.key("designer")["Authorization"].encode()
    async with connected(url) as one:
        await one.send_bytes(sent.replace(b"KEY", key))
        answer = await one.to_its_end()
    found = [int(status) for status in re.findall(r"^HTTP/1\.1 (\d{3})", answer, re.MULTILINE) if status != "100"]
    if found == [] and CUT_OFF in statuses:
        return
    assert set(found) <= statuses, answer[:600]
    assert len(found) == 1 or name == "http/2", answer[:600]
    assert SECRET not in answer
    if name == "head":
        assert answer.endswith("\r\n\r\n")
    elif name != "http/2" and found[0] >= 400 and "application/problem+json" in answer:
        assert json.loads(answer.rpartition("\r\n\r\n")[2])["status"] == found[0]
