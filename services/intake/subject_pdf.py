"""An export as a PDF that a customer can read."""

from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from services.intake.subject_access import Export, Record

TITLES = {
    "letters": "Letters we sent you",
    "contacts": "When you got in touch",
    "contact_history": "What we had recorded before it was corrected",
    "disclosures": "What you told us",
    "attachments": "Files you sent us",
    "referrals": "Teams we passed you to",
    "outcomes": "What happened in the end",
}
FONT = "DejaVu"
MARGIN, LINE = 18, 5.5  # millimetres


def as_pdf(export: Export) -> bytes:
    pdf = FPDF()
    _add_fonts(pdf)
    pdf.set_title("What we hold about you")
    pdf.set_lang("en-GB")
    pdf.set_margin(MARGIN)
    pdf.set_auto_page_break(True, MARGIN)
    pdf.add_page()
    _heading(pdf, "What we hold about you", 18)
    _line(pdf, f"Made on {_spelt(export.made_at)}. Letters: {', '.join(export.letters) or 'none'}.")
    if export.restricted:
        _line(pdf, "Your data is restricted: we keep it, but do not use it.")
    for name, rows in export.holdings.items():
        _heading(pdf, TITLES.get(name, name), 14)
        for row in rows:
            _record(pdf, row)
    _heading(pdf, "Who has seen it", 14)
    for entry in export.seen_by:
        _line(pdf, f"{entry['at'][:16].replace('T', ' ')}: {entry['who']}, {entry['what']}")
    return bytes(pdf.output())


def _record(pdf: FPDF, row: Record) -> None:
    for name, value in row.items():
        if value not in (None, "", [], {}):
            _line(pdf, f"{name.replace('_', ' ')}: {_spelt(value)}")
    pdf.ln(LINE / 2)


def _spelt(value: Any) -> str:
    """Nested values in one line: a customer sees words, not brackets."""
    if isinstance(value, dict):
        return "; ".join(
            f"{name.replace('_', ' ')}: {_spelt(each)}" for name, each in value.items() if each is not None
        )
    if isinstance(value, list | tuple):
        return "; ".join(_spelt(each) for each in value)
    if isinstance(value, datetime):
        return f"{value:%-d %B %Y, %H:%M}"
    return str(value)


def _heading(pdf: FPDF, text: str, size: int) -> None:
    pdf.set_font(FONT, "B", size)
    pdf.multi_cell(0, size * 0.6, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(2)


def _line(pdf: FPDF, text: str) -> None:
    pdf.set_font(FONT, "", 10)
    pdf.multi_cell(0, LINE, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _add_fonts(pdf: FPDF) -> None:
    """The fonts that come with matplotlib: those of PDF itself have no Welsh ŵ and ŷ."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise RuntimeError("matplotlib is not installed, and its fonts are needed for PDF files")
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    pdf.add_font(FONT, "", folder / "DejaVuSans.ttf")
    pdf.add_font(FONT, "B", folder / "DejaVuSans-Bold.ttf")
