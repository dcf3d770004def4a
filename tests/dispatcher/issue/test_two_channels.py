"""A chunk that goes by two channels: what one of them refuses for good holds up nothing of the other."""

from pathlib import Path

import pytest

from services.dispatcher.channels.providers.third_party import BatchRefused
from services.dispatcher.own_messages import AllocationDue
from shared.contracts import CampaignApproved, CommunicationsIssued, DispatchCompleted
from tests.dispatcher.given.decisions import TUESDAY, approved, launched
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.inside import Inside
from tests.support.receiver import receiver
from tests.support.samples import stored

CUSTOMERS = 6


async def test_a_batch_refused_by_a_third_party_does_not_keep_letters_from_being_printed_and_said(
    dispatcher: Inside, tmp_path: Path
) -> None:
    _, plain = stored(CampaignApproved)["arms"]
    arms = [plain | {"code": code, "share": 1, "channel": code} for code in ("third-party", "print")]
    waves = [{"number": 1, "on": "2026-09-08", "size": 100}]
    async with receiver() as third_party:
        settings = {"url": third_party.url(), "secret": "shared with them alone"}
        desk = Desk(dispatcher, tmp_path / "letters", third_party=settings)
        await desk.hear.approve(heard(approved(plan_version=2, arms=arms, waves=waves)))
        async with dispatcher.caller("analyst") as analyst:
            people = file([row(n) for n in range(CUSTOMERS)])
            loaded = await analyst.put(f"/v1/campaigns/{CAMPAIGN}/population", content=people)
        await desk.hear.allocate(heard(AllocationDue(campaign=CAMPAIGN, load=loaded.json()["load"])))
        await desk.hear.launch(heard(launched(version=6, plan_version=2)))
        (chunk,) = await desk.start(TUESDAY)
        third_party.status = 401
        with pytest.raises(BatchRefused):
            await desk.issue(chunk)
        assert [event.channel for event in desk.spoken.of(CommunicationsIssued)] == ["print"]
        assert len(desk.printed()) == CUSTOMERS / 2
        assert await desk.ledger() == {("print", "issued"): 3, ("third-party", "planned"): 3}
        third_party.status = 200
        await desk.issue(chunk)
    assert {event.channel for event in desk.spoken.of(CommunicationsIssued)} == {"print", "third-party"}
    assert await desk.ledger() == {("print", "issued"): 3, ("third-party", "issued"): 3}
    assert len(desk.spoken.of(DispatchCompleted)) == 1
