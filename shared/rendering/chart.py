"""Charts of numbers side by side: columns, lines and a band, drawn as SVG that can be read aloud."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from math import ceil, floor, log10
from typing import Literal

from shared.rendering.svg import svg_picture

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 360, 60, 24, 70, 40
TICKS, MOST_MARKS = 4, 8
STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
"""Steps between two ticks, in their power of ten; those that are whole numbers are used."""
COLUMN_SHARE = 0.8
AXIS = 'stroke="#b1b4b6"'
BAND = 'fill="#1d70b8" opacity=".2"'
Kind = Literal["columns", "line", "other", "limit"]
STYLES: dict[Kind, str] = {
    "columns": 'fill="#1d70b8"',
    "line": 'fill="none" stroke="#1d70b8" stroke-width="2"',
    "other": 'fill="none" stroke="#d4351c" stroke-width="2" stroke-dasharray="6 3"',
    "limit": 'fill="none" stroke="#0b0c0c" stroke-width="2" stroke-dasharray="2 4"',
}


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers, one for each place along the bottom; None where there is none."""

    label: str
    kind: Kind
    values: Sequence[float | None]


@dataclass(frozen=True)
class Chart:
    """A chart with a place for each of `labels`; `told` says in words what it shows. Values are 0 or more. `band` are
    the lowest and highest at each place. Lines over columns are steps, as wide as these.
    """

    title: str
    told: str
    labels: Sequence[str]
    series: Sequence[Series]
    band: Sequence[tuple[float, float]] = ()

    def svg(self) -> str:
        drawn = [*self._legend(), *self._axes(), *self._area()]
        for each in sorted(self.series, key=lambda each: each.kind != "columns"):
            drawn += self._columns(each) if each.kind == "columns" else self._line(each)
        return svg_picture(self.title, self.told, (WIDTH, HEIGHT), drawn)

    @cached_property
    def highest(self) -> float:
        """The top of the scale: a round number that nothing is above."""
        known = [value for each in self.series for value in each.values if value is not None]
        least = max([*known, *(high for _, high in self.band), float(TICKS)]) / TICKS
        power = 10.0 ** floor(log10(least))
        return TICKS * next(step * power for step in STEPS if step * power >= least and (step * power).is_integer())

    @property
    def ticks(self) -> list[float]:
        """The numbers of the scale, from 0 up."""
        return [self.highest * tick / TICKS for tick in range(TICKS + 1)]

    @property
    def _stepped(self) -> bool:
        return any(each.kind == "columns" for each in self.series)

    def _x(self, place: float) -> float:
        """Returns where a place begins; half of one further is its middle."""
        return LEFT + place * (WIDTH - LEFT - RIGHT) / max(1, len(self.labels))

    def _y(self, value: float) -> float:
        return HEIGHT - BOTTOM - value / self.highest * (HEIGHT - TOP - BOTTOM)

    def _columns(self, series: Series) -> Iterator[str]:
        wide, side = (self._x(1) - self._x(0)) * COLUMN_SHARE, (1 - COLUMN_SHARE) / 2
        for place, value in enumerate(series.values):
            if value:
                at = f'x="{self._x(place + side):.1f}" y="{self._y(value):.1f}"'
                tall = self._y(0) - self._y(value)
                yield f'<rect {STYLES["columns"]} {at} width="{wide:.1f}" height="{tall:.1f}"/>'

    def _line(self, series: Series) -> Iterator[str]:
        corners = (0.0, 1.0) if self._stepped else (0.5,)
        known = ((place, value) for place, value in enumerate(series.values) if value is not None)
        points = [f"{self._x(place + corner):.1f},{self._y(value):.1f}" for place, value in known for corner in corners]
        if points:
            yield f'<polyline {STYLES[series.kind]} points="{" ".join(points)}"/>'

    def _area(self) -> Iterator[str]:
        edges = [(self._x(place + 0.5), low, high) for place, (low, high) in enumerate(self.band)]
        upper = [f"{x:.1f},{self._y(high):.1f}" for x, _, high in edges]
        lower = [f"{x:.1f},{self._y(low):.1f}" for x, low, _ in edges]
        if edges:
            yield f'<polygon {BAND} points="{" ".join([*upper, *reversed(lower)])}"/>'

    def _legend(self) -> Iterator[str]:
        x = 12
        for each in self.series:
            if any(value is not None for value in each.values):
                at = f'x="{x}" y="40" width="30" height="12"' if each.kind == "columns" else ""
                across = f'x1="{x}" x2="{x + 30}" y1="46" y2="46"'
                yield f"<rect {STYLES[each.kind]} {at}/>" if at else f"<line {STYLES[each.kind]} {across}/>"
                yield f'<text x="{x + 38}" y="51">{escape(each.label)}</text>'
                x += 60 + 8 * len(each.label)

    def _axes(self) -> Iterator[str]:
        for value in self.ticks:
            y = self._y(value)
            yield f'<line {AXIS} x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield f'<text x="{LEFT - 8}" y="{y + 5:.1f}" text-anchor="end" font-size="12">{value:,.0f}</text>'
        every = max(1, ceil(len(self.labels) / MOST_MARKS))
        for place in range(0, len(self.labels), every):
            at = f'x="{self._x(place + 0.5):.1f}" y="{HEIGHT - 16}" text-anchor="middle" font-size="12"'
            yield f"<text {at}>{escape(self.labels[place])}</text>"
