"""The loop and its absence in one simulated world, and the picture of both."""

import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest

from deploy.pictures.closed_loop import GIVEN, LIMITS, ROOM, chart, rehearsed
from services.planner.forecast.report.day_chart import DayChart, page
from services.planner.forecast.schedule.proposal import propose
from services.planner.forecast.simulated.rehearsal import Rehearsed, rehearse
from shared.rendering.chart import Series

SVG = "{http://www.w3.org/2000/svg}"
PICTURE = Path("docs/pictures/closed-loop.svg")


@pytest.fixture(scope="module")
def found() -> Rehearsed:
    return rehearsed()


def test_the_loop_spares_the_helpline_what_it_cannot_answer_and_everybody_is_written_to(found: Rehearsed) -> None:
    assert found.held_back
    beyond = [sum(max(0, n - ROOM) for n in counts) for counts in (found.free, found.held)]
    assert beyond[1] < 0.6 * beyond[0]
    assert sum(found.held) == pytest.approx(sum(found.free), rel=0.02)
    settled = [n for on, n in zip(found.days, found.held, strict=True) if on > found.held_back[-1][1]]
    assert sorted(settled)[int(0.95 * len(settled))] <= 1.1 * ROOM


def test_a_world_that_is_as_forecast_is_left_alone() -> None:
    planned = GIVEN.model_copy(update={"customers": 15_000})
    planned = planned.model_copy(update={"waves": propose(planned, LIMITS).waves})
    found = rehearse(planned, LIMITS, truth=1.0, seed=3)
    assert found.held_back == ()
    assert found.held == found.free


def test_the_picture_of_the_documentation_is_as_the_code_draws_it(found: Rehearsed) -> None:
    assert PICTURE.read_text() == chart(found).svg() + "\n", "run make pictures"


def test_a_chart_can_be_read_aloud_and_its_table_says_the_same() -> None:
    days = [date(2027, 1, 11), date(2027, 1, 12)]
    series = [Series("expected <b>", "line", [10.0, 20.0]), Series("left", "limit", [15.0, None])]
    drawn = DayChart("Calls & letters", "Most calls come on Tuesday.", days, series, [(5, 12), (14, 26)])
    root = ET.fromstring(drawn.svg())  # noqa: S314 - our own
    assert root.get("role") == "img"
    assert {root.find(f"{SVG}title").get("id"), root.find(f"{SVG}desc").get("id")} == set(  # type: ignore[union-attr]
        root.get("aria-labelledby", "").split()
    )
    assert root.findtext(f"{SVG}desc") == "Most calls come on Tuesday."
    assert len(root.findall(f"{SVG}polyline")) == 2
    shown = page("Calls", [drawn])
    assert "<td>Tue 2027-01-12</td><td>20</td><td></td><td>14</td><td>26</td>" in shown
    assert "<b>" not in shown
