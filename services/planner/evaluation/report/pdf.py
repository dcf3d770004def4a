"""A trial's report as PDF, with the same sentences and tables as the page."""

from collections.abc import Sequence
from datetime import UTC, datetime

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
from shared.rendering.paper import FONT, Paper

BODY_SIZE, TABLE_SIZE, LINE_MM = 9, 6, 5.0


def report_pdf(plan: TrialPlan, result: Evaluation) -> bytes:
    """Returns the PDF; its date is the day of the data, so that the same result gives the same bytes."""
    pdf = Paper(plan.title, wide=True)
    pdf.set_creation_date(datetime.combine(result.as_of, datetime.min.time(), UTC))
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


def _heading(pdf: Paper, text: str, size: int) -> None:
    pdf.set_font(FONT, "B", size)
    pdf.multi_cell(0, LINE_MM + size / 5, pdf.legible(text), new_x="LMARGIN", new_y="NEXT")


def _lines(pdf: Paper, lines: Sequence[str]) -> None:
    pdf.set_font(FONT, "", BODY_SIZE)
    for line in lines:
        pdf.multi_cell(0, LINE_MM, pdf.legible(line), new_x="LMARGIN", new_y="NEXT")


def _table(pdf: Paper, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: tuple[int, ...]) -> None:
    pdf.set_font(FONT, "", TABLE_SIZE)
    bold = FontFace(emphasis="BOLD")
    with pdf.table(col_widths=widths, headings_style=bold, line_height=LINE_MM, text_align="LEFT") as table:
        for cells in (headings, *rows):
            row = table.row()
            for cell in cells:
                row.cell(pdf.legible(cell))
