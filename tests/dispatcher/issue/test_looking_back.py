"""Communications that went out before a worker died are recorded and said, even after a stop; nothing more goes out."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.dispatcher.issue.repository import MongoDispatch
from shared.contracts import CampaignPaused, CampaignResumed, CampaignStopped, CommunicationsIssued, DispatchCompleted
from tests.dispatcher.given.auditing import audited
from tests.dispatcher.given.sending import Sending
from tests.dispatcher.given.waiting import CUSTOMERS, cut_short, ready, smtp
from tests.support.inside import Inside
from tests.support.samples import sample
from tests.support.sftp import sftp_server
from tests.support.smtp import PostOffice, post_office

LATER = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office() as office:
        yield office


async def test_letters_that_were_printed_before_a_stop_are_said(
    dispatcher: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path / "letters", "print")
    await cut_short(desk, chunk, monkeypatch, before="finish")
    await desk.decided(sample(CampaignStopped))
    await desk.issue(chunk, chunk)
    (event,) = desk.spoken.of(CommunicationsIssued)
    assert len(event.communications) == len(desk.printed()) == CUSTOMERS
    assert await desk.ledger() == {("plain", "issued"): CUSTOMERS}
    assert await audited(dispatcher, tmp_path / "letters") == {}


async def test_letters_that_were_not_printed_before_a_stop_never_are(
    dispatcher: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path, "print")
    await cut_short(desk, chunk, monkeypatch, before="record")
    await desk.decided(sample(CampaignStopped))
    await desk.issue(chunk)
    assert (desk.printed(), desk.spoken.of(CommunicationsIssued), await desk.ledger()) == ([], [], {})


async def test_a_campaign_that_goes_on_after_that_is_completed(
    dispatcher: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path, "print")
    await cut_short(desk, chunk, monkeypatch, before="finish")
    paused = sample(CampaignPaused, version=7)
    await desk.decided(paused)
    await desk.issue(chunk)
    assert desk.spoken.of(DispatchCompleted) == []
    await desk.decided(sample(CampaignResumed, version=8, plan_version=2, decided_at=paused.decided_at))
    await desk.issue(chunk)
    assert len(desk.printed()) == CUSTOMERS
    assert len(desk.spoken.of(CommunicationsIssued)) == len(desk.spoken.of(DispatchCompleted)) == 1


async def test_e_mails_that_may_have_gone_before_a_stop_are_accounted_for_and_no_others_go(
    dispatcher: Inside, tmp_path: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path, "email", smtp=smtp(office))
    await cut_short(desk, chunk, monkeypatch, before="results")
    gone = len(office.messages)
    assert 0 < gone < CUSTOMERS
    await desk.decided(sample(CampaignStopped))
    await desk.store["chunks"].update_one({"number": chunk}, {"$set": {"owner": "who died", "claimed_until": LATER}})
    await desk.issue(chunk)
    assert desk.spoken.of(CommunicationsIssued) == [], "whoever had it may be at work still"
    await desk.store["chunks"].update_one({"number": chunk}, {"$set": {"owner": None}})
    desk.clock.move(seconds=30)
    assert await desk.deferred() == [chunk]
    await desk.issue(chunk)
    assert desk.spoken.of(CommunicationsIssued) == [], "a person may find out whether they went"
    desk.clock.move(days=6)
    assert await desk.deferred() == [chunk]
    await desk.issue(chunk)
    (event,) = desk.spoken.of(CommunicationsIssued)
    assert [(tally.reason, tally.count) for tally in event.failed] == [("unconfirmed", gone)]
    assert len(office.messages) == gone
    assert await desk.ledger() == {("plain", "failed"): gone, ("plain", "planned"): CUSTOMERS - gone}


async def test_a_letter_issuers_server_is_asked_for_the_manifest_of_just_that_batch(
    unapproved: Inside, tmp_path: Path
) -> None:
    async with sftp_server(tmp_path) as server:
        pushed = Sending(unapproved, tmp_path, "print", sftp=server.settings)
        channel, ledger = pushed.channels["print"], unapproved.part(MongoDispatch)
        assert not await channel.look_back(pushed.batch, ledger)
        await pushed.send()
        assert await channel.look_back(pushed.batch, ledger)
        assert not await channel.look_back(replace(pushed.batch, issued_at=LATER), ledger)
