"""A chart has a scale of whole numbers with nothing above it, and draws every number that there is."""

import re
from xml.etree import ElementTree as ET

import pytest

from shared.rendering.chart import TICKS, Chart, Series

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("most", "highest"), [(0, 4), (4.1, 8), (12, 12), (13, 16), (99, 100), (390, 400), (401, 600), (1e6, 1e6)]
)
def test_ticks_are_whole_numbers_and_nothing_is_above_the_last(most: float, highest: float) -> None:
    series = [Series("Came", "columns", [None]), Series("Forecast", "line", [most])]
    chart = Chart("Contacts", "Told", ["08:00"], series)
    assert chart.highest == highest
    assert chart.ticks == [highest * n / TICKS for n in range(TICKS + 1)]
    assert (highest / TICKS).is_integer()


def test_lines_over_columns_are_steps_as_wide_and_nothing_stands_for_what_is_not_known() -> None:
    labels = [f"<{hour}>" for hour in range(4)]
    series = [
        Series("Can be taken", "limit", [None] * 4),
        Series("Forecast", "other", [1, 2, 3, None]),
        Series("Came", "columns", [4, 0, None, 2]),
    ]
    root = ET.fromstring(Chart("Contacts", "Told.", labels, series).svg())  # noqa: S314 - our own
    columns = [each for each in root.iter(f"{SVG}rect") if each.get("width") not in ("30", "760")]
    (line,) = root.iter(f"{SVG}polyline")
    assert len(columns) == 2
    corners = [float(x) for x in re.findall(r"([\d.]+),", line.get("points", ""))]
    assert len(corners) == 6
    assert corners[0] < float(columns[0].get("x", "")) < corners[1] == corners[2]
    said = [each.text for each in root.iter(f"{SVG}text")]
    assert {"Came", "Forecast", *labels} <= set(said)
    assert "Can be taken" not in said
