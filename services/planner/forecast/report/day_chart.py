"""A chart of contacts by day, drawn as SVG that can be read aloud, and the table that says the same in figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape
from typing import Literal

from shared.rendering.svg import svg_picture

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 360, 60, 20, 70, 46
TICKS = 4
AXIS = 'stroke="#b1b4b6"'
BAND = 'fill="#1d70b8" opacity=".2"'
Kind = Literal["line", "other", "limit"]
LINES: dict[Kind, str] = {
    "line": 'fill="none" stroke="#1d70b8" stroke-width="2"',
    "other": 'fill="none" stroke="#d4351c" stroke-width="2" stroke-dasharray="6 3"',
    "limit": 'fill="none" stroke="#0b0c0c" stroke-width="2" stroke-dasharray="2 4"',
}


@dataclass(frozen=True)
class Series:
    """A line of the chart: its value on each day, None where there is none."""

    label: str
    kind: Kind
    values: Sequence[float | None]


@dataclass(frozen=True)
class DayChart:
    """`told` says the chart in words. `band` are the lowest and highest of each day, around the first series."""

    title: str
    told: str
    days: Sequence[date]
    series: Sequence[Series]
    band: Sequence[tuple[float, float]] = ()

    @cached_property
    def highest(self) -> float:
        values = [value for each in self.series for value in each.values if value is not None]
        return max([*values, *(high for _, high in self.band), 1.0])

    def svg(self) -> str:
        drawn = [
            *self._legend(),
            *self._axes(),
            *([self._area()] if self.band else []),
            *(f'<polyline {LINES[each.kind]} points="{self._points(each.values)}"/>' for each in self.series),
        ]
        return svg_picture(self.title, self.told, (WIDTH, HEIGHT), drawn)

    @property
    def heads(self) -> list[str]:
        """The headings of the table that says the same."""
        return ["Day", *(each.label for each in self.series), *(("lowest", "highest") if self.band else ())]

    @property
    def rows(self) -> list[list[str]]:
        """The rows of the table that says the same."""
        return [self._cells(place, on) for place, on in enumerate(self.days)]

    def table(self) -> str:
        """Returns the same as an HTML table."""
        heads = "".join(f"<th>{escape(each)}</th>" for each in self.heads)
        rows = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in self.rows]
        return f"<table><caption>{escape(self.title)}</caption><tr>{heads}</tr>{''.join(rows)}</table>"

    def _cells(self, place: int, on: date) -> list[str]:
        values = [each.values[place] for each in self.series]
        shown = ["" if value is None else f"{value:.0f}" for value in values]
        return [f"{on:%a} {on}", *shown, *(f"{bound:.0f}" for bound in (self.band[place] if self.band else ()))]

    def _x(self, place: int) -> float:
        return LEFT + place / max(1, len(self.days) - 1) * (WIDTH - LEFT - RIGHT)

    def _y(self, value: float) -> float:
        return HEIGHT - BOTTOM - value / (self.highest * 1.05) * (HEIGHT - TOP - BOTTOM)

    def _points(self, values: Sequence[float | None]) -> str:
        known = ((place, value) for place, value in enumerate(values) if value is not None)
        return " ".join(f"{self._x(place):.1f},{self._y(value):.1f}" for place, value in known)

    def _area(self) -> str:
        upper = [f"{self._x(place):.1f},{self._y(high):.1f}" for place, (_, high) in enumerate(self.band)]
        lower = [f"{self._x(place):.1f},{self._y(low):.1f}" for place, (low, _) in enumerate(self.band)]
        return f'<polygon {BAND} points="{" ".join([*upper, *reversed(lower)])}"/>'

    def _legend(self) -> list[str]:
        parts, x = [], 12
        for each in self.series:
            parts.append(f'<line {LINES[each.kind]} x1="{x}" x2="{x + 30}" y1="46" y2="46"/>')
            parts.append(f'<text x="{x + 38}" y="51">{escape(each.label)}</text>')
            x += 60 + 8 * len(each.label)
        return parts

    def _axes(self) -> list[str]:
        parts = []
        for tick in range(TICKS + 1):
            value = self.highest * tick / TICKS
            y = self._y(value)
            parts.append(f'<line {AXIS} x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(f'<text x="{LEFT - 8}" y="{y + 5:.1f}" text-anchor="end" font-size="12">{value:.0f}</text>')
        steps = sorted({round(tick * (len(self.days) - 1) / TICKS) for tick in range(TICKS + 1)}) if self.days else []
        for place in steps:
            anchor = "end" if place and place == len(self.days) - 1 else "middle"
            at = f'x="{self._x(place):.1f}" y="{HEIGHT - 18}" text-anchor="{anchor}" font-size="12"'
            parts.append(f"<text {at}>{self.days[place]:%d %b %Y}</text>")
        return parts


def page(title: str, charts: Sequence[DayChart], words: Sequence[str] = ()) -> str:
    """Returns one page with each chart, its table beside it."""
    style = (
        "body{font:1rem/1.5 sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}"
        "section{display:flex;flex-wrap:wrap;gap:2rem}svg{flex:1 1 40rem}table{border-collapse:collapse}"
        "td,th{padding:.1rem .6rem;text-align:right;border-bottom:1px solid #b1b4b6}"
    )
    said = "".join(f"<p>{escape(each)}</p>" for each in words)
    drawn = "".join(f"<section>{chart.svg()}<div>{chart.table()}</div></section>" for chart in charts)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style><main><h1>{escape(title)}</h1>{said}{drawn}</main></html>"
    )
