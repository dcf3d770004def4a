from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.dispatcher.app import NAME, Settings, build_app
from services.dispatcher.campaign import Status
from services.dispatcher.repository.campaigns import MongoCampaigns
from shared.contracts import CampaignApproved
from tests.support.clocks import StoppedClock
from tests.support.inside import Corner, Inside, inside
from tests.support.samples import sample


@pytest.fixture
async def unapproved(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[Inside]:
    """Dispatcher in this process, that has not heard of any campaign."""
    corner = Corner.made(tmp_path, mongo_url, database)
    settings = corner.settings(Settings, print_folder=tmp_path / "letters", spool_folder=tmp_path / "spool")
    async with inside(build_app(settings), corner) as running:
        yield running


@pytest.fixture
async def dispatcher(unapproved: Inside) -> Inside:
    """Dispatcher in this process, with one launched campaign: a control arm, a plain letter, 20 letters a day."""
    campaigns = MongoCampaigns(unapproved.service.store, StoppedClock(), NAME)
    waves = [{"number": n, "on": day, "size": 20} for n, day in ((1, "2026-09-07"), (2, "2026-09-08"))]
    approved = sample(CampaignApproved, waves=waves)
    await campaigns.approve(approved)
    await campaigns.decide(approved.campaign, Status.GO, 1, approved.approved_at, 1)
    return unapproved
