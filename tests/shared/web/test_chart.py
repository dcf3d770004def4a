"""The scale of a chart: whole numbers, with nothing above it."""

import pytest

from shared.web.site.chart import TICKS, Chart, Line


@pytest.mark.parametrize(
    ("most", "highest"), [(0, 4), (4.1, 8), (12, 12), (13, 16), (99, 100), (390, 400), (401, 600), (1e6, 1e6)]
)
def test_ticks_are_whole_numbers_and_nothing_is_above_the_last(most: float, highest: float) -> None:
    chart = Chart("Contacts", "Told", ["08:00"], Line("Came", [None]), [Line("Forecast", [most])])
    assert chart.highest == highest
    assert [text for _, text in chart.ticks] == [f"{highest * n / TICKS:,.0f}" for n in range(TICKS + 1)]
    assert (highest / TICKS).is_integer()
