"""Staff's own markdown inside a notice: paragraphs, lists, tables and bold, and links to named hosts alone.

It is read and written anew, so that nothing of it reaches the notice around it: a heading becomes a bold line, a
picture its alternative text, and a link to any other host plain text with the address behind it.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from services.notifier.rendering.markdown import (
    Block,
    Heading,
    Items,
    Paragraph,
    Run,
    Runs,
    Table,
    blocks,
    escaped,
    words,
)


class StaffText:
    """Writer of staff's markdown. `hosts` are the named hosts: links lead to them and hosts below them, by https."""

    def __init__(self, hosts: Sequence[str]) -> None:
        self._hosts = tuple(host.lower() for host in hosts)

    def markdown(self, text: str) -> str:
        """Returns `text` as markdown that is safe inside a notice."""
        return "\n\n".join(filter(None, (self._block(block) for block in blocks(text))))

    def _block(self, block: Block) -> str:
        match block:
            case Heading(_, runs):
                return self._runs((Run(words(runs), bold=True),))
            case Paragraph(runs, quoted):
                return ("> " if quoted else "") + self._runs(runs)
            case Items(items):
                marks = ("- " if item.number is None else f"{item.number}. " for item in items)
                lines = zip(items, marks, strict=True)
                return "\n".join(f"{'    ' * item.depth}{mark}{self._runs(item.runs)}" for item, mark in lines)
            case Table():
                return self._table(block)
        return ""

    def _table(self, table: Table) -> str:
        rule = ["---:" if numeric else "---" for numeric in table.numeric]
        rows = [[self._runs(cell) for cell in row] for row in (table.head, *table.rows)]
        return "\n".join(f"| {' | '.join(row)} |" for row in (rows[0], rule, *rows[1:]))

    def _runs(self, runs: Runs) -> str:
        return "".join(self._run(run) for run in runs)

    def _run(self, run: Run) -> str:
        if not run.text.strip():
            return " "
        before, after = (" " if run.text[edge].isspace() else "" for edge in (0, -1))
        text = escaped(run.text)
        if run.link is not None:
            text = f"[{text}](<{run.link}>)" if self._may_lead_to(run.link) else f"{text} ({escaped(run.link)})"
        return f"{before}**{text}**{after}" if run.bold else f"{before}{text}{after}"

    def _may_lead_to(self, link: str) -> bool:
        try:
            parts = urlsplit(link)
            host = (parts.hostname or "").lower()
            plain = parts.username is None and parts.port is None
        except ValueError:
            return False
        named = any(host == each or host.endswith(f".{each}") for each in self._hosts)
        return parts.scheme == "https" and plain and named and not set(link) & set("<>\\ ")
