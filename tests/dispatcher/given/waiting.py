"""A launched campaign of one arm and one chunk, whose channel makes it wait."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from services.dispatcher.channels.providers.one_by_one import GROUP_SIZE
from services.dispatcher.issue.repository import MongoDispatch
from services.dispatcher.own_messages import AllocationDue
from services.dispatcher.suppression.repository.suppressions import MongoSuppressions
from shared.contracts import CampaignApproved, CommunicationsIssued
from shared.errors import Stale
from tests.dispatcher.given.decisions import TUESDAY, approved, launched
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.known_customers import line, send_list
from tests.dispatcher.given.people import CAMPAIGN, HEADER, file, row
from tests.support.inside import Inside
from tests.support.samples import stored
from tests.support.smtp import PostOffice

CUSTOMERS = 2 * GROUP_SIZE
WAVES = [{"number": 1, "on": "2026-09-08", "size": 100}]


def plan(channel: str, version: int, subject: str = "Income from letting property") -> CampaignApproved:
    _, plain = stored(CampaignApproved)["arms"]
    letters = [letter | {"subject": subject, "agent": None} for letter in plain["letters"]]
    arm = plain | {"share": 1, "channel": channel, "letters": letters}
    return approved(plan_version=version, arms=[arm], waves=WAVES)


async def ready(dispatcher: Inside, letters: Path, channel: str, **further: Any) -> tuple[Desk, int]:
    """A launched campaign of one arm, and the chunk that is due."""
    desk = Desk(dispatcher, letters, **further)
    await desk.hear.approve(heard(plan(channel, 2)))
    people = [row(n) | {"email": f"c{n}@example.org"} for n in range(CUSTOMERS)]
    async with dispatcher.caller("analyst") as analyst:
        answer = await analyst.put(f"/v1/campaigns/{CAMPAIGN}/population", content=file(people, (*HEADER, "email")))
    await desk.hear.allocate(heard(AllocationDue(campaign=CAMPAIGN, load=answer.json()["load"])))
    await desk.hear.launch(heard(launched(version=6, plan_version=2)))
    (chunk,) = await desk.start(TUESDAY)
    return desk, chunk


def smtp(office: PostOffice, **limits: int) -> dict[str, Any]:
    return {
        "host": "127.0.0.1", "port": office.port, "sender": "tax@authority.example", "start_tls": False,
        "limits": limits,
    }  # fmt: skip


async def dies_once(dispatcher: Inside, number: int) -> None:
    await send_list(dispatcher, "deaths", line(number))
    dispatcher.part(MongoSuppressions).look_anew()


def told(event: CommunicationsIssued) -> tuple[int, int, int, int]:
    """Returns the number of letters, the plan, the lines to take, and the day of the month."""
    return len(event.communications), event.plan_version, event.lines_to_take, event.issued_at.day


async def cut_short(desk: Desk, chunk: int, monkeypatch: pytest.MonkeyPatch, before: str) -> None:
    """Issues the chunk by a worker that dies before that call, and lets its claim run out."""

    async def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(MongoDispatch, before, die)
        with pytest.raises(KeyboardInterrupt):
            await desk.issue(chunk)
    await desk.store["chunks"].update_many({}, {"$set": {"owner": None}})


async def overtaken(desk: Desk, chunk: int, monkeypatch: pytest.MonkeyPatch, by: Callable[[], Awaitable[None]]) -> None:
    """The chunk is judged, and somebody else is faster: it is not issued by that judgement."""
    late = MongoSuppressions.late

    async def and_then_the_other(*arguments: Any) -> dict[int, str]:
        found = await late(*arguments)
        monkeypatch.undo()
        await by()
        return found

    monkeypatch.setattr(MongoSuppressions, "late", and_then_the_other)
    with pytest.raises(Stale):
        await desk.issue(chunk)
