"""Descriptions of a service: every operation, value and event has its page, and no link of them is dead."""

import re

import pytest

from services.intake.messages import SAYS
from shared.web.site.docs.operations import subjects_of
from shared.web.site.docs.schema import kind_of
from shared.web.site.policy import document_headers
from tests.support.browsing import Browser

ENOUGH = 60  # pages that the description of a service has at least


async def test_all_that_is_described_is_found_by_its_links(browser: Browser) -> None:
    waiting, seen, anchors = ["/docs"], set[str](), set[tuple[str, str]]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        page = await browser.get(path)
        assert page.status == 200, path
        assert "unsafe" not in page.answer.headers["content-security-policy"]
        for link in page.links:
            place, _, anchor = link.partition("#")
            if not place:
                assert anchor == "main" or anchor in page.ids, f"{path} leads to {link}"
            elif place.startswith("/docs"):
                waiting.append(place)
                anchors.add((place, anchor))
    assert len(seen) > ENOUGH
    assert {f"/docs/events/{each.event_type}" for each in SAYS} <= seen
    by_path = {path: (await browser.get(path)).ids for path, anchor in anchors if anchor}
    assert [(path, anchor) for path, anchor in anchors if anchor and anchor not in by_path[path]] == []


async def test_a_description_says_what_is_taken_and_what_is_answered(browser: Browser) -> None:
    page = await browser.get("/docs/contacts")
    assert "POST /v1/contacts" in page.words
    assert "/docs/values/ContactReport" in page.links
    assert "letter_reference" in (await browser.get("/docs/values/ContactReport")).words
    event = await browser.get("/docs/events/contact.recorded.v1")
    assert re.search(r"campaign .*yes", event.words)


@pytest.mark.parametrize("path", ["nothing", "values/Nothing", "events/chunk.due.v1", "events/x"])
async def test_what_is_not_described_is_not_found(browser: Browser, path: str) -> None:
    page = await browser.get(f"/docs/{path}")
    assert (page.status, page.heading) == (404, "Page not found")


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 0, "maximum": 9}, "integer from 0 to 9"),
        ({"type": "array", "items": {"$ref": "#/$defs/Arm"}, "maxItems": 3}, "list of Arm of at most 3"),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, "date or null"),
        ({"enum": ["en", "cy"]}, "en or cy"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "by name: integer"),
        ({}, "anything"),
    ],
)
def test_a_schema_is_said_in_words(schema: dict[str, object], words: str) -> None:
    assert "".join(word.text for word in kind_of(schema)) == words


def test_an_operation_without_a_description_is_shown_by_its_path() -> None:
    (subject,) = subjects_of({"paths": {"/v1/{x}/y": {"get": {}}}})
    (operation,) = subject.operations
    assert (subject.code, operation.anchor, operation.summary) == ("operations", "get-v1--x--y", "")


def test_a_document_may_use_the_style_that_stands_in_it_and_no_other() -> None:
    policy = document_headers("<html><head><style>p{}</style></head><body><style>b{}</style></body>")
    assert policy["Content-Security-Policy"].count("sha256-") == 1
    assert "style-src 'none'" in document_headers("")["Content-Security-Policy"]
