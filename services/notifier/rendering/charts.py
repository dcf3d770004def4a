"""The forecast as a picture, and in words for those who do not see it."""

import asyncio
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from services.notifier.rendering.content import Day

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_INCHES, HEIGHT_INCHES, DOTS_PER_INCH = (
    6.4,
    3.2,
    200,
)  # inches, and dots in each: shown at half its size, sharp on every screen
BLUE, PALE, BLACK, GREY = "#1d70b8", "#a8c6e2", "#0b0c0c", "#484949"
AXIS_TICKS, WEEK = 9, 7
PICTURES_KEPT = 8


class Charts:
    """Draws charts in a thread, one at a time: it takes a quarter of a second, and matplotlib is not made for more. All
    teams that are told of a forecast at about the same time get the same picture, drawn once.
    """

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()
        self._drawn: dict[tuple[Day, ...], bytes] = {}

    async def png(self, days: Sequence[Day]) -> bytes:
        key = tuple(days)
        async with self._one_at_a_time:
            if key not in self._drawn:
                while len(self._drawn) >= PICTURES_KEPT:
                    del self._drawn[next(iter(self._drawn))]
                self._drawn[key] = await asyncio.to_thread(draw, key)
            return self._drawn[key]


def in_words(days: Sequence[Day]) -> str:
    """Returns the alternative text of the picture."""
    expected = [day for day in days if day.high]
    if not expected:
        return "Chart: nobody is expected to get in touch."
    peak = max(expected, key=lambda day: day.central)
    text = (
        f"Chart: contacts expected on each day from {_day(expected[0])} to {_day(expected[-1])}, most on {_day(peak)}: "
        f"{peak.central:,}, between {peak.low:,} and {peak.high:,}."
    )
    came = sum(day.actual or 0 for day in days)
    return f"{text} {came:,} came so far." if any(day.actual is not None for day in days) else text


def draw(days: Sequence[Day]) -> bytes:
    """Returns a PNG. matplotlib is imported here: it takes a second, and most processes never draw."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES), dpi=DOTS_PER_INCH, layout="constrained")
    axes = figure.add_subplot()
    _plot(axes, days)
    _dress(axes, days)
    picture = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()


def _plot(axes: "Axes", days: Sequence[Day]) -> None:
    places = range(len(days))
    axes.bar(places, [day.high for day in days], width=0.9, color=PALE, label="at most")
    axes.bar(places, [day.central for day in days], width=0.9, color=BLUE, label="expected")
    counted = [(place, day.actual) for place, day in enumerate(days) if day.actual is not None]
    if counted:
        axes.plot(
            [place for place, _ in counted],
            [count for _, count in counted],
            color=BLACK,
            marker="o",
            markersize=3.5,
            linewidth=1.2,
            label="came",
        )


def _dress(axes: "Axes", days: Sequence[Day]) -> None:
    step = 1 if len(days) <= AXIS_TICKS else WEEK * -(-len(days) // (WEEK * AXIS_TICKS))
    places = list(range(0, len(days), step))
    axes.set_xticks(places, [f"{days[place].on.day} {days[place].on:%b}" for place in places])
    axes.set_ylabel("contacts a day", color=GREY, fontsize=9)
    axes.locator_params(axis="y", integer=True, nbins=7)
    axes.set_ylim(bottom=0)
    axes.tick_params(colors=GREY, labelsize=9, length=0)
    axes.grid(axis="y", color="#b1b4b6", linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    bars, names = axes.get_legend_handles_labels()
    order = sorted(range(len(names)), key=lambda place: ("expected", "at most", "came").index(names[place]))
    axes.legend(
        [bars[n] for n in order], [names[n] for n in order], loc="upper right", fontsize=9, frameon=False, ncols=3
    )


def _day(day: Day) -> str:
    return f"{day.on:%A} {day.on.day} {day.on:%B}"
