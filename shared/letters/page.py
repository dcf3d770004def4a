"""A letter as it is to be shown, before anybody is sent it: as HTML and as PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from fpdf.errors import FPDFException
from fpdf.fonts import TextStyle

from shared.errors import Invalid, Problem
from shared.letters.template import rendered
from shared.rendering.paper import FONT, STYLES, Paper

STAMP = {"en": "Preview: no such customer exists", "cy": "Rhagolwg: nid oes cwsmer o'r fath"}

UPRIGHT = ("", "B")
"""Styles of the font that a letter without emphasis needs."""


@dataclass(frozen=True, slots=True)
class LetterPage:
    """A letter as it is to be shown: `subject` and `body` are as designed, to be filled with `fields`."""

    language: str
    size: int
    to: Sequence[str]
    title: str
    subject: str
    body: str
    fields: Mapping[str, str]


def as_html(page: LetterPage) -> str:
    """Returns the letter as a document that stands for itself."""
    style = f"body{{max-width:40em;margin:2em auto;font-family:sans-serif;font-size:{page.size}pt}}"
    return (
        f'<!doctype html><html lang="{page.language}"><head><meta charset="utf-8">'
        f"<title>{STAMP[page.language]}</title><style>{style}</style></head><body>"
        f"<p><em>{STAMP[page.language]}</em></p><p>{'<br>'.join(page.to)}</p>"
        f"<h1>{rendered(_plain(page.subject), page.fields).strip()}</h1>"
        f"{rendered(page.body, page.fields)}</body></html>"
    )


def as_part(page: LetterPage, below: int) -> str:
    """Returns the letter as HTML to stand within a page, under a heading of that level."""
    to = "<br>".join(escape(line) for line in page.to)
    body = rendered(page.body, page.fields, below)
    return f"<p>{to}</p><p><strong>{_inner(page)}</strong></p>{body}"


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
    paper.write_html(f"<p><b>{_inner(page)}</b></p>{body}", tag_styles=plainly)


def _plain(subject: str) -> str:
    """A subject is no markdown."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#&!" else c for c in subject)


def _inner(page: LetterPage) -> str:
    return rendered(_plain(page.subject), page.fields).removeprefix("<p>").strip().removesuffix("</p>")
