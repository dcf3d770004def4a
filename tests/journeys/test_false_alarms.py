"""Many campaigns with ordinary mishaps: no mail says what is not so at that hour, and nobody misses what matters."""

import pytest

from services.notifier import app
from tests.journeys.simulated.mail import Sorting
from tests.journeys.simulated.year import Year, casts
from tests.notifier.given.desk import PUBLIC_URL, Desk, Post
from tests.support.clocks import StoppedClock
from tests.support.inside import Corner, inside


@pytest.mark.parametrize("campaigns", [3, pytest.param(200, marks=pytest.mark.long)])
async def test_no_mail_is_false_and_none_that_matters_is_missing(corner: Corner, campaigns: int) -> None:
    clock, spoken = StoppedClock(), Post()
    everybody = casts(campaigns)
    sorting = Sorting({one.of.reference: one.of for one in everybody}, clock)
    settings = corner.settings(app.Settings, public_url=PUBLIC_URL)
    service = app.build_app(settings, clock=clock, announcer=spoken, channels={"email": sorting})
    async with inside(service, corner) as notifier:
        year = Year(Desk(notifier, clock, spoken, sorting), everybody, sorting)
        await year.play()
    found = [*sorting.false[:40], *year.missing[:40]]
    assert not found, "\n".join(found)
    assert sum(map(len, sorting.came.values())) > 20 * campaigns
