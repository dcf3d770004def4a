"""Tables and times that read well in eighty columns."""

from collections.abc import Iterable
from datetime import date, datetime

from rich.markup import escape
from rich.table import Table

from shared.clock import LONDON

Cell = object
Row = tuple[Cell, ...]


def table(columns: Iterable[str], rows: Iterable[Row]) -> Table:
    """Returns a table without frames. Times are local, with their zone; numbers stand to the right."""
    made = Table(box=None, header_style="bold", pad_edge=False)
    cells = [tuple(row) for row in rows]
    for number, name in enumerate(columns):
        numbers = bool(cells) and all(type(row[number]) is int for row in cells)
        made.add_column(name, overflow="fold", justify="right" if numbers else "left")
    for row in cells:
        made.add_row(*(escape(words(cell)) for cell in row))
    return made


def words(cell: Cell) -> str:
    """Returns a cell's text: a time as local time, a number with thousands, nothing for None."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    return local_time(cell) if isinstance(cell, str) else str(cell)


def weekday(on: date) -> str:
    """Returns a date with its day of the week, `Mon 5 Jan 2026`."""
    return f"{on:%a} {on.day} {on:%b %Y}"


def local_time(text: str) -> str:
    """Returns an ISO date or time as people here write it, `5 Jan 2026, 10:00 GMT`; any other text as it is."""
    try:
        if "T" in text:
            at = datetime.fromisoformat(text.replace("Z", "+00:00"))
            local = at.astimezone(LONDON) if at.tzinfo else None
            return f"{local.day} {local:%b %Y, %H:%M %Z}" if local else text
        on = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{on.day} {on:%b %Y}"
