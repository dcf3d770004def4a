from pathlib import Path

import pytest

from services.dispatcher.own_messages import AllocationDue
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.loading import put
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.dispatcher.given.subjects import CUSTOMERS
from tests.support.inside import Inside


@pytest.fixture
async def desk(dispatcher: Inside, tmp_path: Path) -> Desk:
    """Twelve customers in one chunk, which is not issued yet; customer `n` stands in row `n`."""
    loaded = (await put(dispatcher, file([row(n) for n in range(1, CUSTOMERS + 1)]))).json()
    desk = Desk(dispatcher, tmp_path / "letters")
    await desk.hear.allocate(heard(AllocationDue(campaign=CAMPAIGN, load=loaded["load"])))
    return desk
