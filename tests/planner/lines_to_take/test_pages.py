"""The page on which lines to take are read and approved: once, by somebody else, for the version that was read."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from deploy.local.demo.plan import LINES
from tests.planner.given.people import People
from tests.support.browsing import Browser
from tests.support.inside import Inside

PAGE = "/campaigns/OTM-26-0001/lines"


@pytest.fixture
async def editor(site: Inside) -> AsyncIterator[Browser]:
    async with Browser(site.service) as browser:
        await browser.sign_in("lines-editor")
        yield browser


async def written(people: People, lines: Any = LINES) -> None:
    await people.done("designer", "PUT", "/lines-to-take", {"lines": lines})


async def test_a_version_is_approved_once_by_somebody_who_did_not_write_it(
    drafted: People, designer: Browser, editor: Browser
) -> None:
    assert "There are no lines to take yet" in (await editor.get(PAGE)).words
    await written(drafted)
    assert PAGE in (await editor.get("/campaigns/OTM-26-0001")).links
    form = await editor.get(PAGE)
    assert LINES[0]["question"] in form.words
    assert "<strong>check before you change anything</strong>" in form.answer.text
    for reason in ("", "x" * 20_001):
        refused = await editor.send(form, PAGE, reason=reason)
        assert (refused.status, "#reason" in refused.links, "reason" in refused.ids) == (422, True, True)
        assert dict(refused.form(PAGE).fields)["reason"].strip() == reason
    pages = await asyncio.gather(*(editor.send(form, PAGE, reason="Clear") for _ in range(2)))
    assert [(page.status, "Version 1, in use" in page.words) for page in pages] == [(200, True)] * 2
    published = (await drafted.read("/lines-to-take"))["published"]
    assert (published["version"], published["approved_by"]) == (1, "lines-editor")
    own = await designer.get(PAGE)
    assert "/campaigns/OTM-26-0001/write/lines" in own.links
    assert not [each for each in own.forms() if each.action == PAGE]
    assert (await designer.post(PAGE, [*own.form("/sign-out").fields, ("version", "1")])).status == 403


async def test_a_version_that_was_written_meanwhile_is_read_first(drafted: People, editor: Browser) -> None:
    await written(drafted)
    form = await editor.get(PAGE)
    await written(drafted, [LINES[0] | {"answer": "<b>Another</b> answer"}])
    page = await editor.send(form, PAGE, reason="Clear")
    assert (page.status, dict(page.form(PAGE).fields)["reason"].strip()) == (409, "Clear")
    assert "<b>Another</b> answer" in page.words
    assert (await drafted.read("/lines-to-take"))["published"] is None
    await editor.send(page, PAGE)
    assert (await drafted.read("/lines-to-take"))["published"]["version"] == 2
