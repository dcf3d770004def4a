import pytest

from shared.contracts import CampaignApproved
from tests.notifier.given.desk import Desk
from tests.support.samples import sample


@pytest.fixture
async def asked(desk: Desk) -> Desk:
    """Customer services and the letter issuer were told of the plan, on a Monday at 13:00 in summer time."""
    await desk.approved()
    await desk.say(sample(CampaignApproved))
    return desk
