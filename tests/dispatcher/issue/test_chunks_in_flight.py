"""Chunks in flight together: one is written while another is composed."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from services.dispatcher.issue.repository import MongoDispatch
from services.dispatcher.own_messages import AllocationDue, ChunkDue
from services.dispatcher.schedule import chunk
from services.dispatcher.schedule.chunk import Chunk
from shared.contracts import CampaignApproved
from tests.dispatcher.given.decisions import TUESDAY, launched
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.inside import Inside
from tests.support.samples import sample


async def test_each_chunk_is_settled_and_recorded_before_the_next_is_settled(
    unapproved: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[str, int]] = []

    class Noting:
        settle, record = MongoDispatch.settle, MongoDispatch.record

    async def settle(self: MongoDispatch, of: Chunk, *further: Any) -> Chunk:
        written.append(("settled", of.number))
        return await Noting.settle(self, of, *further)

    async def record(self: MongoDispatch, of: Chunk, *further: Any) -> None:
        await Noting.record(self, of, *further)
        written.append(("recorded", of.number))

    monkeypatch.setattr(chunk, "CHUNK_SIZE", 10)
    monkeypatch.setattr(MongoDispatch, "settle", settle)
    monkeypatch.setattr(MongoDispatch, "record", record)
    desk = Desk(unapproved, tmp_path / "letters")
    await desk.hear.approve(heard(sample(CampaignApproved, waves=[{"number": 1, "on": "2026-09-07", "size": 100}])))
    async with unapproved.caller("analyst") as analyst:
        answer = await analyst.put(f"/v1/campaigns/{CAMPAIGN}/population", content=file([row(n) for n in range(60)]))
    await desk.hear.allocate(heard(AllocationDue(campaign=CAMPAIGN, load=answer.json()["load"])))
    await desk.hear.launch(heard(launched()))
    numbers = await desk.start(TUESDAY)
    await asyncio.gather(
        *(desk.hear.issue_chunk(heard(ChunkDue(campaign=CAMPAIGN, chunk=number))) for number in numbers)
    )
    assert len(written) == 2 * len(numbers) > 2
    for (settled, one), (recorded, other) in zip(written[::2], written[1::2], strict=True):
        assert (settled, recorded, one) == ("settled", "recorded", other)
