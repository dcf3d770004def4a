"""Plans of a campaign that are heard at the same time: the one of the higher version stays."""

import asyncio

from services.intake.campaigns.campaign import KnownCampaign, known_campaign
from services.intake.campaigns.repository import MongoCampaigns
from shared.clock import SystemClock
from shared.contracts import CampaignApproved
from shared.storage.store import Store
from tests.support.samples import sample


async def test_the_higher_plan_version_stays_whoever_writes_last(mongo_url: str, database: str) -> None:
    store = Store(mongo_url, database)
    campaigns = MongoCampaigns(store, SystemClock())
    for round_ in range(10):
        reference = f"OTM-26-{round_:04d}"
        plans = {version: known(reference, version) for version in (1, 2, 3)}
        await asyncio.gather(*(campaigns.approved(plan, version) for version, plan in reversed(plans.items())))
        kept = await store["campaigns"].find_one({"_id": reference})
        assert kept is not None
        assert kept["plan_version"] == 3
    store.close()


async def test_a_lower_plan_version_that_comes_later_changes_nothing(mongo_url: str, database: str) -> None:
    store = Store(mongo_url, database)
    campaigns = MongoCampaigns(store, SystemClock())
    for version in (2, 1):
        await campaigns.approved(known("OTM-26-0001", version), version)
    assert (await store["campaigns"].find_one({"_id": "OTM-26-0001"}) or {})["plan_version"] == 2
    store.close()


def known(reference: str, version: int) -> KnownCampaign:
    return known_campaign(sample(CampaignApproved, campaign=reference, plan_version=version))
