"""A slow worker that records a chunk which another has settled again since changes neither the ledger nor the event."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.dispatcher.issue.repository import MongoDispatch
from services.dispatcher.schedule.chunk import Issue
from shared.contracts import CommunicationsIssued
from tests.dispatcher.given.waiting import CUSTOMERS, dies_once, ready
from tests.support.inside import Inside


async def test_a_chunk_recorded_by_a_slow_worker_goes_out_as_it_was_settled_last(
    dispatcher: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path / "letters", "print")
    record, settle = MongoDispatch.record, MongoDispatch.settle
    slow: list[tuple[Any, ...]] = []

    async def stopped(*what: Any) -> None:
        slow.append(what)
        raise KeyboardInterrupt

    async def recorded_first(*what: Any) -> Any:
        await record(*slow[0])
        return await settle(*what)

    with monkeypatch.context() as first:
        first.setattr(MongoDispatch, "record", stopped)
        with pytest.raises(KeyboardInterrupt):
            await desk.issue(chunk)
    await dies_once(dispatcher, 0)
    desk.clock.move(minutes=1)
    with monkeypatch.context() as second:
        second.setattr(MongoDispatch, "settle", recorded_first)
        await desk.issue(chunk)
    await desk.issue(chunk)  # says the same event again, from the ledger
    (event,) = desk.spoken.of(CommunicationsIssued)
    assert len(event.communications) == len(desk.printed()) == CUSTOMERS - 1
    assert await desk.ledger() == {("plain", "issued"): CUSTOMERS - 1, ("plain", "suppressed-late"): 1}
    entries = await desk.store["communications"].find({"state": "issued"}).to_list(None)
    assert {entry["at"] for entry in entries} == {event.issued_at}


async def test_an_event_said_again_follows_the_settlement_that_was_handed_over(
    dispatcher: Inside, tmp_path: Path
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path / "letters", "print")
    await desk.issue(chunk)
    (event,) = desk.spoken.of(CommunicationsIssued)
    earlier = Issue(event.issued_at - timedelta(minutes=1), event.plan_version, event.lines_to_take)
    references = [communication.reference for communication in event.communications]
    await dispatcher.part(MongoDispatch).reword(references, earlier, True)  # by the slow worker, at last
    await desk.issue(chunk)
    assert desk.spoken.of(CommunicationsIssued) == [event]
