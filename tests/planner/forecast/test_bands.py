"""Bands about a forecast, against distributions that are known."""

import numpy as np
import pytest
from scipy.stats import poisson

from services.planner.forecast.outlook import outlook
from services.planner.forecast.responses.bands import Band, Bands, quantile
from tests.planner.given.outlooks import assumptions

MEANS = np.array([0.0, 0.3, 7.0, 60.0, 2_000.0])


@pytest.mark.parametrize("off", [-100_000, -3, 0, 4, 50_000])
@pytest.mark.parametrize("p", [0.005, 0.05, 0.5, 0.95, 0.999])
def test_a_quantile_is_the_smallest_count_that_reaches_it_however_far_off_the_guess(p: float, off: float) -> None:
    found = quantile(p, lambda counts: np.asarray(poisson.cdf(counts, MEANS)), MEANS + off, np.sqrt(MEANS))
    assert found.tolist() == np.maximum(0, poisson.ppf(p, MEANS)).tolist()


def test_a_day_on_which_nobody_is_expected_has_a_band_of_nothing_and_goes_beyond_no_limit() -> None:
    expected = outlook(assumptions())
    bands = Bands(expected, 0.7)
    closed = [day for day, is_open in enumerate(expected.opened) if not is_open]
    by_day, beyond = bands.by_day(), bands.beyond(np.zeros(expected.horizon))
    assert {by_day[day] for day in closed} == {Band(0, 0)}
    assert beyond[closed].max() == 0
    assert beyond[int(np.argmax(expected.total()))] == pytest.approx(1, abs=1e-6)
