"""Formats: a customer who needs one gets it or nothing, and no channel sends a standard letter instead."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.dispatcher.app import build_app
from services.dispatcher.own_messages import AllocationDue
from services.dispatcher.settings import Settings
from shared.contracts import CampaignApproved, CommunicationsIssued
from tests.dispatcher.given.decisions import TUESDAY, approved, launched
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.inside import Corner, Inside, inside
from tests.support.notify import API_KEY, TEMPLATES
from tests.support.samples import stored

NOTIFY = {"api_key": API_KEY, "letter_template": TEMPLATES["letter"], "base_url": "http://127.0.0.1:1"}
ROWS = [row(1), row(2, flags="large-print"), row(3, flags="braille"), row(4, flags="audio"), row(5)]


@pytest.fixture
async def with_notify(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[Inside]:
    corner = Corner.made(tmp_path, mongo_url, database)
    folders = {"print_folder": tmp_path / "letters", "spool_folder": tmp_path / "spool"}
    async with inside(build_app(corner.settings(Settings, notify=NOTIFY, **folders)), corner) as running:
        yield running


def plan(channel: str, plan_version: int = 1) -> CampaignApproved:
    """A plan that writes to every customer by this channel, on one day."""
    _, plain = stored(CampaignApproved)["arms"]
    letters = [letter | {"agent": None} for letter in plain["letters"]]
    waves = [{"number": 1, "on": "2026-09-08", "size": 100}]
    return approved(plan_version, arms=[plain | {"channel": channel, "letters": letters}], waves=waves)


async def loaded(dispatcher: Inside) -> Any:
    async with dispatcher.caller("analyst") as analyst:
        answer = await analyst.put(f"/v1/campaigns/{CAMPAIGN}/population", content=file(ROWS))
    return answer.json()


async def test_a_format_that_notify_does_not_make_is_suppressed_before_anybody_is_randomised(
    with_notify: Inside, tmp_path: Path
) -> None:
    await Desk(with_notify, tmp_path, notify=NOTIFY).hear.approve(heard(plan("letter")))
    assert (await loaded(with_notify))["suppressed"] == [{"reason": "unmet-format-need", "count": 3}]


async def test_once_the_channel_is_another_the_need_is_looked_at_again_before_issue(
    with_notify: Inside, tmp_path: Path
) -> None:
    desk = Desk(with_notify, tmp_path / "letters", notify=NOTIFY)
    await desk.hear.approve(heard(plan("print")))
    report = await loaded(with_notify)
    assert report["suppressed"] == [], "the letter issuer makes them all"
    await desk.hear.allocate(heard(AllocationDue(campaign=CAMPAIGN, load=report["load"])))
    await desk.hear.approve(heard(plan("letter", plan_version=2)))
    await desk.hear.launch(heard(launched(plan_version=2)))
    await desk.issue(*await desk.start(TUESDAY))  # nobody answers at Notify's address
    assert await desk.ledger() == {("plain", "suppressed-late"): 3, ("plain", "planned"): 2}
    (said,) = desk.spoken.of(CommunicationsIssued)
    assert (said.communications, said.suppressed_late[0].count) == ((), 3)


async def test_once_the_channel_is_another_nobody_is_written_to_who_cannot_be_reached_by_it(
    with_notify: Inside, tmp_path: Path
) -> None:
    notify = NOTIFY | {"email_template": TEMPLATES["email"]}
    desk = Desk(with_notify, tmp_path / "letters", notify=notify)
    await desk.hear.approve(heard(plan("print")))
    report = await loaded(with_notify)
    await desk.hear.allocate(heard(AllocationDue(campaign=CAMPAIGN, load=report["load"])))
    await desk.hear.approve(heard(plan("email", plan_version=2)))
    await desk.hear.launch(heard(launched(plan_version=2)))
    await desk.issue(*await desk.start(TUESDAY))  # nobody has an e-mail address
    assert await desk.ledger() == {("plain", "suppressed-late"): 5}
