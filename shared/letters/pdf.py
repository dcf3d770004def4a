"""A letter as it is to be shown, before anybody is sent it, as PDF."""

from collections.abc import Sequence
from pathlib import Path

from fpdf.errors import FPDFException
from fpdf.fonts import TextStyle

from shared.errors import Invalid, Problem
from shared.letters.page import STAMP, LetterPage, heading
from shared.letters.template import rendered
from shared.rendering.paper import FONT, STYLES, Paper

UPRIGHT = ("", "B")
"""Styles of the font that a letter without emphasis needs."""


def as_pdf(page: LetterPage, fonts: Sequence[Path] = ()) -> bytes:
    """Raises `Invalid` where no font that is there has all the letters in it (Welsh has ŵ and ŷ), and for what does not
    fit on paper."""
    language = "cy-GB" if page.language == "cy" else "en-GB"
    body = rendered(page.body, page.fields)
    styles = tuple(STYLES) if "<em>" in body else UPRIGHT
    paper = Paper(page.title, language=language, styles=styles, folders=fonts)
    if paper.lacks("".join((*page.to, page.subject, page.body, *page.fields.values()))):
        message = "a PDF cannot show all the signs in it: ask for HTML"
        raise Invalid(message, Problem("body", "font", message))
    try:
        _lay_out(paper, page, body)
        return bytes(paper.output())
    except (FPDFException, ValueError):
        message = "this does not fit on paper: a table is too wide, or has too much in one cell"
        raise Invalid(message, Problem("body", "layout", message)) from None


def _lay_out(paper: Paper, page: LetterPage, body: str) -> None:
    paper.set_margins(25, 20)
    paper.add_page()
    paper.set_font(FONT, size=9)
    paper.multi_cell(0, 5, STAMP[page.language], new_x="LMARGIN", new_y="NEXT")
    paper.ln(5)
    paper.set_font(FONT, size=page.size)
    for line in page.to:
        paper.cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")
    paper.ln(8)
    plainly = {name: TextStyle(font_family=FONT) for name in ("code", "pre")}  # Courier has no ŵ
    paper.write_html(f"<p><b>{heading(page)}</b></p>{body}", tag_styles=plainly)
