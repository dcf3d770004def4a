"""`otm notices` against a running notifier: list, show, resend, and what it says when that cannot be."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple

import pytest

from tests.notifier.given.desk import Desk
from tests.notifier.given.notices import notice
from tests.support.smtp import PostOffice


class Done(NamedTuple):
    code: int | None
    output: str
    errors: str


Otm = Callable[..., Awaitable[Done]]


@pytest.fixture
async def otm(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Otm]:
    """Runs the command, told of this notifier by its environment."""
    async with desk.notifier.listening() as url:
        monkeypatch.setenv("OTM_NOTIFIER_URL", url)
        monkeypatch.setenv("OTM_KEY", desk.notifier.key("operator")["Authorization"].removeprefix("Bearer "))
        monkeypatch.setenv("COLUMNS", "250")

        async def run(*arguments: str) -> Done:
            command = [sys.executable, "-m", "deploy.local", "notices", *arguments]
            process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=dict(os.environ))
            output, errors = await process.communicate()
            return Done(process.returncode, output.decode(), errors.decode())

        yield run


async def test_what_was_sent_can_be_listed_shown_and_sent_once_more(desk: Desk, otm: Otm, office: PostOffice) -> None:
    assert "There are no such notices" in (await otm("list")).output
    await desk.notices.add([notice(needs_acknowledgement=True)], [])
    await desk.delivery.step()
    await desk.delivery.idle()
    await desk.delivery.say()
    listed = (await otm("list", "--campaign", "OTM-26-0042", "--state", "sent")).output
    for cell in (notice().id, "press-office@authority.example", "Incwm", "sent", "to be acknowledged"):
        assert cell in listed
    (found,) = json.loads((await otm("list", "--json")).output)
    assert found["id"] == notice().id
    shown = (await otm("show", notice().id)).output
    assert "taken\nNot acknowledged" in shown
    assert notice().content.text in shown
    assert (await otm("resend", notice().id)).output == (
        "On its way again to press-office, press-office@authority.example\n"
    )
    again = await otm("resend", notice().id)
    assert (again.code, "still on its way" in again.errors) == (1, True)


async def test_a_calendars_link_is_told_and_changed(otm: Otm) -> None:
    link = (await otm("calendar", "press-office")).output.strip()
    assert link.startswith("http")
    assert link.endswith(".ics")
    assert (await otm("calendar", "press-office")).output.strip() == link
    assert (await otm("calendar", "press-office", "--rotate")).output.strip() != link


async def test_what_cannot_be_is_said_plainly(otm: Otm, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = await otm("show", "5f2b7c1e-2d4a-4b8e-9c3f-0a1d2e3f4b5c")
    assert (unknown.code, "there is no such notice" in unknown.errors) == (1, True)
    monkeypatch.setenv("OTM_NOTIFIER_URL", "http://127.0.0.1:1")
    away = await otm("list")
    assert (away.code, "does not answer" in away.errors) == (1, True)
    assert "Traceback" not in away.errors
