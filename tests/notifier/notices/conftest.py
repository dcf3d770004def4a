import pytest

from shared.contracts import CampaignApproved, LinesToTakePublished
from tests.notifier.given.desk import Desk
from tests.notifier.given.planned import OWING
from tests.support.samples import sample


@pytest.fixture
async def told(desk: Desk) -> Desk:
    """Everybody whom the rules tell has been told of the approved plan, which leaves customers with more to pay."""
    await desk.say(sample(LinesToTakePublished), sample(CampaignApproved, **OWING))
    await desk.delivery.step()
    await desk.delivery.idle()
    return desk
