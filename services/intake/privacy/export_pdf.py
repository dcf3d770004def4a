"""An export as a PDF that a customer can read."""

from fpdf.enums import Align, XPos, YPos

from services.intake.privacy.export_words import Line, as_lines
from shared.customers.subject_access import Export
from shared.rendering.paper import FONT, Paper

SIZES = {"title": 20, "heading": 13, "text": 10, "field": 10}  # points
MARGIN, LABELS = 20, 50  # millimetres: around the page, and for what fields are called
KEPT_TOGETHER = 35  # millimetres that must be left for a heading and what follows it
GREY, BLACK, RULE = 95, 0, 205


class _Paper(Paper):
    def footer(self) -> None:
        self.set_y(-MARGIN + 5)
        self.set_font(FONT, "", 8)
        self.set_text_color(GREY)
        self.cell(0, 5, f"What we hold about you: page {self.page_no()} of {{nb}}", align=Align.R)


def as_pdf(export: Export) -> bytes:
    pdf = _Paper("What we hold about you")
    pdf.set_margin(MARGIN)
    pdf.set_auto_page_break(True, MARGIN)
    pdf.add_page()
    for line in as_lines(export):
        _put(pdf, line)
    return bytes(pdf.output())


def _put(pdf: Paper, line: Line) -> None:
    if line.kind == "gap":
        _gap(pdf)
    elif line.kind == "field":
        _field(pdf, line)
    else:
        _words(pdf, line)


def _words(pdf: Paper, line: Line) -> None:
    if line.kind == "heading":
        if pdf.will_page_break(KEPT_TOGETHER):
            pdf.add_page()
        pdf.ln(5)
    size = SIZES[line.kind]
    pdf.set_font(FONT, "" if line.kind == "text" else "B", size)
    pdf.set_text_color(BLACK)
    pdf.multi_cell(0, size * 0.5, pdf.legible(line.words), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(1.5)


def _field(pdf: Paper, line: Line) -> None:
    """Draws a field: its name on the left, its words on the right."""
    height = SIZES[line.kind] * 0.52
    if pdf.will_page_break(height):
        pdf.add_page()
    pdf.set_font(FONT, "", SIZES[line.kind])
    pdf.set_text_color(GREY)
    pdf.cell(LABELS, height, pdf.legible(line.label), new_x=XPos.RIGHT, new_y=YPos.TOP)
    pdf.set_text_color(BLACK)
    pdf.multi_cell(0, height, pdf.legible(line.words), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _gap(pdf: Paper) -> None:
    pdf.ln(2)
    if not pdf.will_page_break(KEPT_TOGETHER / 2):
        pdf.set_draw_color(RULE)
        pdf.line(MARGIN, pdf.get_y(), pdf.w - MARGIN, pdf.get_y())
    pdf.ln(2)
