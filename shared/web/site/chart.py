"""Charts of pages: columns with lines over them, drawn by the server as SVG without a style of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 300, 52, 12, 16, 36
TICKS, MOST_MARKS = 4, 8
STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
"""Steps between two ticks, in their power of ten; those that are whole numbers of contacts are used."""
COLOURS = ("#d4351c", "#0b0c0c")
DASHES = ("", "6 4")


@dataclass(frozen=True, slots=True)
class Line:
    """A line over the columns: its value at each, None where there is none."""

    label: str
    values: Sequence[float | None]
    colour: str = ""
    dash: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with a column for each of `labels`; `told` says in words what it shows. Values are 0 or more."""

    title: str
    told: str
    labels: Sequence[str]
    columns: Line
    lines: Sequence[Line] = field(default=())

    @property
    def size(self) -> tuple[int, int]:
        return WIDTH, HEIGHT

    @property
    def highest(self) -> float:
        """Returns the top of the scale: a round number that nothing is above."""
        known = [value for line in (self.columns, *self.lines) for value in line.values if value is not None]
        least = max([*known, float(TICKS)]) / TICKS
        power = 10.0 ** floor(log10(least))
        return TICKS * next(step * power for step in STEPS if step * power >= least and (step * power).is_integer())

    @property
    def bars(self) -> list[tuple[float, float, float, float]]:
        """Returns the left, top, width and height of every column that has a value."""
        wide = self._width
        return [
            (
                round(self._x(place) + wide * 0.1, 1),
                self._y(value),
                round(wide * 0.8, 1),
                round(self._zero - self._y(value), 1),
            )
            for place, value in enumerate(self.columns.values)
            if value
        ]

    @property
    def drawn(self) -> list[tuple[Line, str]]:
        """Returns the lines, each with its points: steps as wide as the columns."""
        styled = [
            Line(line.label, line.values, COLOURS[place % len(COLOURS)], DASHES[place % len(DASHES)])
            for place, line in enumerate(self.lines)
        ]
        return [(line, self._points(line.values)) for line in styled]

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Returns the heights of the scale, each with its number."""
        return [(self._y(self.highest * n / TICKS), f"{self.highest * n / TICKS:,.0f}") for n in range(TICKS + 1)]

    @property
    def marks(self) -> list[tuple[float, str]]:
        """Returns the places along the bottom, each with its label; as many as there is room for."""
        every = max(1, ceil(len(self.labels) / MOST_MARKS))
        return [(self._x(place + 0.5), label) for place, label in enumerate(self.labels) if place % every == 0]

    @property
    def frame(self) -> tuple[int, int, int]:
        """Returns the left and right end of the bottom line, and its height."""
        return LEFT, WIDTH - RIGHT, self._zero

    @property
    def _zero(self) -> int:
        return HEIGHT - BOTTOM

    @property
    def _width(self) -> float:
        return (WIDTH - LEFT - RIGHT) / max(1, len(self.labels))

    def _x(self, place: float) -> float:
        return round(LEFT + place * self._width, 1)

    def _y(self, value: float) -> float:
        return round(self._zero - value / self.highest * (self._zero - TOP), 1)

    def _points(self, values: Sequence[float | None]) -> str:
        known = [(place, value) for place, value in enumerate(values) if value is not None]
        return " ".join(f"{self._x(at)},{self._y(value)}" for place, value in known for at in (place, place + 1))
