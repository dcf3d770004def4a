"""A notice as plain text: tables in columns, links written out, nothing that needs mark-up to be understood."""

from collections.abc import Sequence
from textwrap import fill

from services.notifier.rendering.markdown import Block, Heading, Items, Paragraph, Runs, Table

WIDTH = 76
UNDERLINED = 2  # headings down to this level
FOOT = "\n-- \n"
"""The line between a notice and the words at its foot."""


def plain(blocks: Sequence[Block]) -> str:
    return "\n\n".join(filter(None, (_plain(block) for block in blocks)))


def table_text(table: Table) -> str:
    """Returns a table in columns: words to the left, figures to the right."""
    rows = [[_words(cell) for cell in row] for row in (table.head, *table.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.head))]
    aligned = [
        "  ".join(
            cell.rjust(width) if numeric else cell.ljust(width)
            for cell, width, numeric in zip(row, widths, table.numeric, strict=True)
        ).rstrip()
        for row in rows
    ]
    return "\n".join((aligned[0], "  ".join("-" * width for width in widths), *aligned[1:]))


def _plain(block: Block) -> str:
    match block:
        case Heading(level, runs):
            title = _words(runs)
            return f"{title}\n{'-' * min(len(title), WIDTH)}" if level <= UNDERLINED else title
        case Paragraph(runs, quoted):
            margin = "> " if quoted else ""
            return "\n".join(_filled(line, margin, margin) for line in _words(runs).split("\n"))
        case Items(items):
            return "\n".join(_item(item.runs, item.depth, item.number) for item in items)
        case Table():
            return table_text(block)
    return ""


def _item(runs: Runs, depth: int, number: int | None) -> str:
    mark = "  " * depth + ("* " if number is None else f"{number}. ")
    return _filled(_words(runs).replace("\n", " "), mark, " " * len(mark))


def _filled(text: str, first: str, further: str) -> str:
    return fill(
        text, WIDTH, initial_indent=first, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )


def _words(runs: Runs) -> str:
    return "".join(f"{run.text} ({run.link})" if run.link and run.link != run.text else run.text for run in runs)
