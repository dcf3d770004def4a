"""Results of finished campaigns of a kind, as the suggested input of the next one."""

import numpy as np
import pytest

from services.planner.forecast.refits.suggestion import FinishedArms, suggested_rates
from tests.planner.given.people import REASON, People
from tests.planner.given.volumes import ASSUMED, DAYS, came, noon, went_out
from tests.support.inside import Inside


def finished(rates: list[float], issued: int = 5_000) -> list[FinishedArms]:
    return [
        FinishedArms(campaign=f"OTM-25-{n:04d}", channel="print", issued=issued, contacts=round(issued * rate))
        for n, rate in enumerate(rates, start=1)
    ]


@pytest.mark.parametrize("campaigns", [3, 6])
def test_the_rate_of_a_further_campaign_lies_in_the_suggested_band_nine_times_in_ten(campaigns: int) -> None:
    random, inside, worlds = np.random.default_rng(5), 0, 1_000
    for _ in range(worlds):
        *known, further = random.gamma(25, 0.06 / 25, campaigns + 1)
        issued = int(random.integers(1_000, 20_000))
        contacts = [int(random.poisson(issued * rate)) for rate in known]
        (found,) = suggested_rates(finished([n / issued for n in contacts], issued))
        inside += found.rate.low <= further <= found.rate.high
    assert 0.87 <= inside / worlds <= 0.94


def test_campaigns_alike_suggest_a_narrower_band_than_campaigns_apart_and_one_alone_a_stated_one() -> None:
    alike, apart, alone = (
        suggested_rates(finished(rates))[0] for rates in ([0.06, 0.06, 0.06], [0.03, 0.06, 0.09], [0.06])
    )
    assert alike.rate.high - alike.rate.low < 0.5 * (apart.rate.high - apart.rate.low)
    assert alike.spread == 0.0
    assert apart.spread == pytest.approx(0.03, rel=0.05)
    assert alone.rate.central == 0.06
    assert alone.rate.high - 0.06 == pytest.approx(1.645 * 0.25 * 0.06, rel=0.1)
    assert "OTM-25-0001" in alone.rate.source
    assert suggested_rates(finished([0.06], issued=50)) == ()  # too few letters to say anything


async def test_a_new_campaign_of_the_kind_is_suggested_what_the_finished_one_brought(
    planner: Inside, people: People
) -> None:
    await people.live(contact_assumptions=ASSUMED, daily_limit=20_000)
    await went_out(planner, 2_000)
    await came(planner, DAYS[4], 30)
    await came(planner, DAYS[6], 50)
    await people.done("designer", "POST", "/stop", REASON)
    await people.draft()
    assert await people.read("/forecast/suggestion") == []  # its customers may still answer
    planner.move_clock(noon(DAYS[0].replace(year=DAYS[0].year + 1)))
    (found,) = await people.read("/forecast/suggestion")
    assert (found["channel"], found["rate"]["central"]) == ("print", pytest.approx(80 / 2_000))
    assert [each["campaign"] for each in found["campaigns"]] == ["OTM-26-0001"]
    await people.draft(risk="Something else")
    assert await people.read("/forecast/suggestion") == []
