"""Rows of a population file as it arrives, in memory that does not grow with the file."""

from collections.abc import AsyncGenerator, AsyncIterator

from services.dispatcher.customers.schema import UNHEADED, PopulationSchema
from shared.errors import Invalid, Problem, TooLarge
from shared.reading.addresses import placeholder
from shared.reading.csv_records import RECORD_CHARACTERS, Record, records

ROW_CHARACTERS = RECORD_CHARACTERS
MOST_ROWS = 5_000_000

Fields = dict[str, str]
Row = tuple[int, Fields | str]
"""The row's number (the first after the header is 1) and its fields; or the rule that it breaks as a whole."""


async def rows(chunks: AsyncIterator[bytes], schema: PopulationSchema) -> AsyncGenerator[Row, None]:
    """Yields the rows of a CSV file with a header. Blank lines are passed over.

    Raises `Malformed`, `TooLarge` or `Invalid` when the file as a whole cannot be used.
    """
    layout: list[str | None] | None = None
    async for record in records(chunks):
        if layout is None:
            layout = schema.layout(record.values)
            continue
        if record.row > MOST_ROWS:
            raise TooLarge(f"a population has at most {MOST_ROWS} rows")
        yield record.row, _named(layout, record)
    if layout is None:
        raise Invalid("the file is empty", Problem("file", "empty", "a header and at least one row are needed"))


def _named(layout: list[str | None], record: Record) -> Fields | str:
    if record.overlong:
        return "too-long"
    if len(record.values) != len(layout):
        return "ragged"
    named = list(zip(layout, record.values, strict=True))
    if any(name == UNHEADED and not placeholder(value) for name, value in named):
        return "value-without-heading"
    return {name: value for name, value in named if name}
