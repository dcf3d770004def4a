"""Contacts by day: a chart, and the table that says the same in figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from shared.rendering.chart import Chart, Series


@dataclass(frozen=True)
class DayChart:
    """`told` says the chart in words. `band` are the lowest and highest of each day, around the first series."""

    title: str
    told: str
    days: Sequence[date]
    series: Sequence[Series]
    band: Sequence[tuple[float, float]] = ()

    def svg(self) -> str:
        labels = [f"{on.day} {on:%b %Y}" for on in self.days]
        return Chart(self.title, self.told, labels, self.series, self.band).svg()

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
