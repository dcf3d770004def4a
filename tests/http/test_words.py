"""Refusals of the four services in words: what is wrong and what to do, never a validator's codes or what was sent."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.operate.protection.scopes import scopes
from deploy.local.stack import access
from shared.clock import SystemClock
from shared.refusals import UNEXPLAINED
from tests.support.apps import SERVICES
from tests.support.inside import Corner, Inside, inside

JSON = "application/json"
MARK = "Quillfeather-QQ123456C"
JUNK: tuple[Any, ...] = (1, -1, 1e9, True, None, MARK, MARK * 5_000, [], [MARK], {}, {MARK: MARK}, "2026-13-45", "x y")
CODES = re.compile(
    r"[a-z]+_(?:error|type|invalid|parsing|forbidden|mismatch|long|short)\b|str-enum|\[[a-z]|value.error|Input should|"
    r"String should|Field required|pattern '|breaks a rule|not have the shape that this operation asks for$",
    re.IGNORECASE,
)
"""Words of pydantic, and words that say nothing."""


@pytest.fixture(params=sorted(SERVICES))
async def service(
    request: pytest.FixtureRequest, tmp_path: Path, mongo_url: str, database: str
) -> AsyncIterator[tuple[Inside, str]]:
    corner = Corner.made(tmp_path, mongo_url, database)
    entry = {"subject": "somebody", "kind": "person", "scopes": list(scopes()), "team": "compliance"}
    key = access.create(corner.home, entry, None, SystemClock().now())
    async with inside(SERVICES[request.param](corner, tmp_path), corner) as running:
        yield running, key


def bodies(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[bytes]:
    content = _bodies(operation).get(JSON)
    if content is None:
        return
    reference = content["schema"].get("$ref", "").rsplit("/", 1)[-1]
    fields = document["components"]["schemas"].get(reference, {}).get("properties", {})
    yield from (b"{", b"[]", b"{}", json.dumps({MARK: 1}).encode())
    for junk in JUNK:
        yield json.dumps(dict.fromkeys(fields, junk)).encode()


def _bodies(operation: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
    return found


async def test_every_refusal_of_a_body_says_what_is_wrong_in_words(service: tuple[Inside, str]) -> None:
    running, key = service
    document = running.service.api.openapi()
    said: list[httpx.Response] = []
    async with running.caller(None) as caller:
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                filled = re.sub(r"\{[^}]*\}", "OTM-26-0042" if "{reference}" in path else MARK, path)
                for body in bodies(document, operation):
                    headers = {"Authorization": f"Bearer {key}", "Content-Type": JSON}
                    said.append(await caller.request(method, filled, content=body, headers=headers))
    refused = [answer for answer in said if answer.status_code in (400, 415, 422)]
    assert refused or not said
    texts = {p["message"] for a in refused for p in a.json().get("problems", ())} | {a.json()["title"] for a in refused}
    assert sorted(text for text in texts if CODES.search(text)) == []
    assert [text for text in texts if UNEXPLAINED in text] == []
    assert [answer.text for answer in refused if "Quillfeather" in answer.text] == []
    assert {p["rule"] for a in refused for p in a.json().get("problems", ())}.isdisjoint(
        {"value-error", "json-invalid"}
    )


@pytest.mark.parametrize(
    ("headers", "content", "words"),
    [
        ({"Content-Type": "text/plain"}, b"{}", "send application/json"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x--", "send application/json"),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, b"\x1f\x8b", "without a Content-Encoding"),
    ],
    ids=["text", "form", "gzip"],
)
async def test_a_body_of_another_kind_is_told_what_to_send(
    service: tuple[Inside, str], headers: dict[str, str], content: bytes, words: str
) -> None:
    running, key = service
    paths = running.service.api.openapi()["paths"].items()
    takes_json = [
        (method, re.sub(r"\{[^}]*\}", "OTM-26-0042", path))
        for path, operations in paths
        for method, operation in operations.items()
        if JSON in _bodies(operation)
    ]
    answers: list[httpx.Response] = []
    async with running.caller(None) as caller:
        for method, path in takes_json[:1]:  # a service without any has nothing to say here
            sent = headers | {"Authorization": f"Bearer {key}"}
            answers.append(await caller.request(method, path, content=content, headers=sent))
    assert [(answer.status_code, words in answer.json()["title"]) for answer in answers] == [(415, True)] * len(answers)


async def test_a_page_of_the_service_and_a_path_with_a_slash_lead_nowhere_else(service: tuple[Inside, str]) -> None:
    running, key = service
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    async with running.caller(None) as caller:
        slash = await caller.get("/v1/campaigns/", headers=headers | {"Host": "elsewhere.example"})
        page = await caller.get("/docs")
    assert slash.status_code in (401, 404), "no redirect to the Host that was sent"
    assert [each for each in re.findall(r'(?:src|href)="([^"]*)', page.text) if not each.startswith(("/", "#"))] == []
    assert "GET /health/ready" in page.text
