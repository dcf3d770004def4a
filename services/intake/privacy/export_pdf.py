"""An export as a PDF that a customer can read."""

from importlib.util import find_spec
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from services.intake.privacy.export_words import Line, as_lines
from shared.subject_access import Export

FONT = "DejaVu"
SIZES = {"title": 20, "heading": 13, "text": 10, "field": 10}  # points
MARGIN, LABELS = 20, 50  # millimetres: around the page, and for what fields are called
KEPT_TOGETHER = 35  # millimetres that must be left for a heading and what follows it
GREY, BLACK, RULE = 95, 0, 205


class _Paper(FPDF):
    def footer(self) -> None:
        self.set_y(-MARGIN + 5)
        self.set_font(FONT, "", 8)
        self.set_text_color(GREY)
        self.cell(0, 5, f"What we hold about you: page {self.page_no()} of {{nb}}", align=Align.R)


def as_pdf(export: Export) -> bytes:
    pdf = _Paper()
    _add_fonts(pdf)
    pdf.set_title("What we hold about you")
    pdf.set_lang("en-GB")
    pdf.set_margin(MARGIN)
    pdf.set_auto_page_break(True, MARGIN)
    pdf.add_page()
    for line in as_lines(export):
        _put(pdf, line)
    return bytes(pdf.output())


def _put(pdf: FPDF, line: Line) -> None:
    if line.kind == "gap":
        _gap(pdf)
    elif line.kind == "field":
        _field(pdf, line)
    else:
        _words(pdf, line)


def _words(pdf: FPDF, line: Line) -> None:
    if line.kind == "heading":
        if pdf.will_page_break(KEPT_TOGETHER):
            pdf.add_page()
        pdf.ln(5)
    size = SIZES[line.kind]
    pdf.set_font(FONT, "" if line.kind == "text" else "B", size)
    pdf.set_text_color(BLACK)
    pdf.multi_cell(0, size * 0.5, line.words, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(1.5)


def _field(pdf: FPDF, line: Line) -> None:
    """Draws a field: its name on the left, its words on the right."""
    height = SIZES[line.kind] * 0.52
    if pdf.will_page_break(height):
        pdf.add_page()
    pdf.set_font(FONT, "", SIZES[line.kind])
    pdf.set_text_color(GREY)
    pdf.cell(LABELS, height, line.label, new_x=XPos.RIGHT, new_y=YPos.TOP)
    pdf.set_text_color(BLACK)
    pdf.multi_cell(0, height, line.words, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _gap(pdf: FPDF) -> None:
    pdf.ln(2)
    if not pdf.will_page_break(KEPT_TOGETHER / 2):
        pdf.set_draw_color(RULE)
        pdf.line(MARGIN, pdf.get_y(), pdf.w - MARGIN, pdf.get_y())
    pdf.ln(2)


def _add_fonts(pdf: FPDF) -> None:
    """The fonts that come with matplotlib: those of PDF itself have no Welsh ŵ and ŷ."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise RuntimeError("matplotlib is not installed, and its fonts are needed for PDF files")
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    pdf.add_font(FONT, "", folder / "DejaVuSans.ttf")
    pdf.add_font(FONT, "B", folder / "DejaVuSans-Bold.ttf")
