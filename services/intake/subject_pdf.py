"""An export as a PDF that a customer can read."""

from collections.abc import Iterator
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from shared.subject_access import Export, Record

TITLES = {
    "letters": "Letters we sent you",
    "contacts": "When you got in touch",
    "contact_history": "What we had recorded before it was corrected",
    "disclosures": "What you told us",
    "attachments": "Files you sent us",
    "referrals": "Teams we passed you to",
    "outcomes": "What happened in the end",
}
TITLE, HEADING, TEXT = 18, 14, 10  # points
FONT = "DejaVu"
MARGIN = 18  # millimetres
Line = tuple[int, str]
"""The size of the letters, and the words."""


def as_pdf(export: Export) -> bytes:
    pdf = FPDF()
    _add_fonts(pdf)
    pdf.set_title("What we hold about you")
    pdf.set_lang("en-GB")
    pdf.set_margin(MARGIN)
    pdf.set_auto_page_break(True, MARGIN)
    pdf.add_page()
    for size, words in as_lines(export):
        pdf.set_font(FONT, "" if size == TEXT else "B", size)
        pdf.multi_cell(0, size * 0.55, words, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    return bytes(pdf.output())


def as_lines(export: Export) -> Iterator[Line]:
    """All that the PDF says, in order."""
    yield TITLE, "What we hold about you"
    yield TEXT, f"Made on {_spelt(export.made_at)}. Letters: {', '.join(export.letters) or 'none'}."
    if export.restricted:
        yield TEXT, "Your data is restricted: we keep it, but do not use it."
    for name, rows in export.holdings.items():
        yield HEADING, "\n" + TITLES.get(name, name)
        for row in rows:
            yield from _record(row)
    yield HEADING, "\nWho has seen it"
    for entry in export.seen_by:
        yield TEXT, f"{_spelt(datetime.fromisoformat(entry['at']))}: {entry['who']}, {_words(entry['what'])}"


def _record(row: Record) -> Iterator[Line]:
    for name, value in row.items():
        if name == "said" and isinstance(value, dict):
            yield from _record(value)
        elif value not in (None, "", [], {}) and name != "id":
            yield TEXT, f"{_words(name)}: {_spelt(value)}"
    yield TEXT, " "


def _spelt(value: Any) -> str:
    """Nested values in one line: a customer sees words, not brackets."""
    if isinstance(value, dict):
        pairs = [f"{_words(name)}: {_spelt(each)}" for name, each in value.items() if each is not None]
        return "; ".join(pairs)
    if isinstance(value, list | tuple):
        return "; ".join(_spelt(each) for each in value)
    if isinstance(value, datetime):
        return f"{value:%-d %B %Y, %H:%M}"
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _words(code: str) -> str:
    return code.replace("_", " ").replace("-", " ").replace(".", " ")


def _add_fonts(pdf: FPDF) -> None:
    """The fonts that come with matplotlib: those of PDF itself have no Welsh ŵ and ŷ."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise RuntimeError("matplotlib is not installed, and its fonts are needed for PDF files")
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    pdf.add_font(FONT, "", folder / "DejaVuSans.ttf")
    pdf.add_font(FONT, "B", folder / "DejaVuSans-Bold.ttf")
