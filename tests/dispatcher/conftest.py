from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.dispatcher.app import NAME, build_app
from services.dispatcher.campaigns.campaign import Status
from services.dispatcher.campaigns.repository.campaigns import MongoCampaigns
from services.dispatcher.own_messages import AllocationDue
from services.dispatcher.schedule import chunk
from services.dispatcher.settings import Settings
from shared.contracts import CampaignApproved
from tests.dispatcher.given.decisions import TUESDAY, launched
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.inside import Corner, Inside, inside
from tests.support.samples import sample
from tests.support.smtp import PostOffice, post_office


@pytest.fixture
def corner(tmp_path: Path, mongo_url: str, database: str) -> Corner:
    return Corner.made(tmp_path, mongo_url, database)


@pytest.fixture
async def unapproved(corner: Corner, tmp_path: Path) -> AsyncIterator[Inside]:
    """Dispatcher in this process, that has not heard of any campaign."""
    settings = corner.settings(Settings, print_folder=tmp_path / "letters", spool_folder=tmp_path / "spool")
    async with inside(build_app(settings), corner) as running:
        yield running


@pytest.fixture
async def dispatcher(unapproved: Inside) -> Inside:
    """Dispatcher in this process, with one launched campaign: a control arm, a plain letter, 20 letters a day."""
    campaigns = MongoCampaigns(unapproved.service.store, NAME)
    waves = [{"number": n, "on": day, "size": 20} for n, day in ((1, "2026-09-07"), (2, "2026-09-08"))]
    approved = sample(CampaignApproved, waves=waves, respond_by="2027-10-29")  # time for any file of a test
    await campaigns.approve(approved)
    await campaigns.decide(approved.campaign, Status.GO, 1, approved.approved_at, 1)
    return unapproved


@pytest.fixture
async def issued(unapproved: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Sixty customers, forty of them written to, with references by the service's own key."""
    monkeypatch.setattr(chunk, "CHUNK_SIZE", 10)
    desk = Desk(unapproved, tmp_path / "letters")
    waves = [{"number": 1, "on": "2026-09-07", "size": 100}]
    await desk.hear.approve(heard(sample(CampaignApproved, waves=waves)))
    async with unapproved.caller("analyst") as analyst:
        answer = await analyst.put(f"/v1/campaigns/{CAMPAIGN}/population", content=file([row(n) for n in range(60)]))
    await desk.hear.allocate(heard(AllocationDue(campaign=CAMPAIGN, load=answer.json()["load"])))
    await desk.hear.launch(heard(launched()))
    await desk.issue(*await desk.start(TUESDAY))
    return desk


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office() as office:
        yield office
