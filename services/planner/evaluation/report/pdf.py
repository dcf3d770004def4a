"""A trial's report as PDF, with the same sentences and tables as the page."""

from collections.abc import Sequence
from datetime import UTC, datetime

from fpdf import FPDF
from fpdf.fonts import FontFace

from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.report.content import (
    ARM_HEADINGS,
    EFFECT_HEADINGS,
    arm_rows,
    check_rows,
    cost_lines,
    effect_rows,
    plan_lines,
)
from services.planner.evaluation.result import Evaluation

FONT, BODY_SIZE, TABLE_SIZE, LINE_MM = "Helvetica", 10, 7, 5.0


def report_pdf(plan: TrialPlan, result: Evaluation) -> bytes:
    """Returns the PDF; its date is the day of the data, so that the same result gives the same bytes."""
    pdf = FPDF(orientation="landscape", format="A4")
    pdf.set_creation_date(datetime.combine(result.as_of, datetime.min.time(), UTC))
    pdf.set_title(_plain(plan.title))
    pdf.set_lang("en-GB")
    pdf.add_page()
    _heading(pdf, f"{plan.title} ({plan.campaign})" if plan.campaign else plan.title, 16)
    _heading(pdf, "Conclusion", 13)
    _lines(pdf, result.conclusion)
    _heading(pdf, "Checks", 13)
    _table(pdf, ("Verdict", "Check"), check_rows(result), (1, 9))
    _heading(pdf, "Effects", 13)
    _table(pdf, EFFECT_HEADINGS, effect_rows(plan, result), (4, 4, 2, 3, 3, 2, 4, 2, 2, 1))
    _heading(pdf, "Arms", 13)
    _table(pdf, ARM_HEADINGS, arm_rows(result), (3, 2, 2, 2, 2, 3))
    _lines(pdf, cost_lines(plan, result))
    _heading(pdf, "Plan, seal and versions", 13)
    _lines(pdf, plan_lines(plan, result))
    return bytes(pdf.output())


def _heading(pdf: FPDF, text: str, size: int) -> None:
    pdf.set_font(FONT, "B", size)
    pdf.multi_cell(0, LINE_MM + size / 5, _plain(text), new_x="LMARGIN", new_y="NEXT")


def _lines(pdf: FPDF, lines: Sequence[str]) -> None:
    pdf.set_font(FONT, "", BODY_SIZE)
    for line in lines:
        pdf.multi_cell(0, LINE_MM, _plain(line), new_x="LMARGIN", new_y="NEXT")


def _table(pdf: FPDF, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: tuple[int, ...]) -> None:
    pdf.set_font(FONT, "", TABLE_SIZE)
    bold = FontFace(emphasis="BOLD")
    with pdf.table(col_widths=widths, headings_style=bold, line_height=LINE_MM, text_align="LEFT") as table:
        for cells in (headings, *rows):
            row = table.row()
            for cell in cells:
                row.cell(_plain(cell))


def _plain(text: str) -> str:
    """Letters that the standard fonts of PDF have."""
    return text.encode("latin-1", "replace").decode("latin-1")
