"""A letter as it is to be shown, before anybody is sent it: as HTML and as PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from fpdf import FPDF
from fpdf.errors import FPDFException, FPDFUnicodeEncodingException
from fpdf.fonts import TextStyle

from services.dispatcher.letters.template import rendered
from shared.errors import Invalid, Problem

STYLES = {"": "", "B": "-Bold", "I": "-Oblique", "BI": "-BoldOblique"}
FONT = "DejaVuSans"
PLACES = (Path("/usr/share/fonts/truetype/dejavu"), Path("/usr/share/fonts/dejavu"))
STAMP = {"en": "Preview: no such customer exists", "cy": "Rhagolwg: nid oes cwsmer o'r fath"}


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
    return (
        f'<!doctype html><html lang="{page.language}"><head><meta charset="utf-8">'
        f"<title>{STAMP[page.language]}</title></head>"
        f'<body style="max-width:40em;margin:2em auto;font-family:sans-serif;font-size:{page.size}pt">'
        f"<p><em>{STAMP[page.language]}</em></p><p>{'<br>'.join(page.to)}</p>"
        f"<h1>{rendered(_plain(page.subject), page.fields).strip()}</h1>"
        f"{rendered(page.body, page.fields)}</body></html>"
    )


def as_pdf(page: LetterPage, fonts: Sequence[Path] = ()) -> bytes:
    """Raises `Invalid` where no font that is there has all the letters in it (Welsh has ŵ and ŷ), and for what does not
    fit on paper."""
    try:
        return bytes(_laid_out(page, fonts).output())
    except FPDFUnicodeEncodingException:
        raise Invalid(
            "no font here has all the letters: install DejaVu, or name a folder with it in OTM_FONTS",
            Problem("language", "font", "no font for it"),
        ) from None
    except (FPDFException, ValueError):
        message = "this does not fit on paper: a table is too wide, or has too much in one cell"
        raise Invalid(message, Problem("body", "layout", message)) from None


def _laid_out(page: LetterPage, fonts: Sequence[Path]) -> FPDF:
    paper = FPDF(format="A4")
    paper.set_margins(25, 20)
    paper.set_lang("cy-GB" if page.language == "cy" else "en-GB")
    paper.set_title(page.title)
    paper.add_page()
    family = _font(paper, fonts)
    paper.set_font(family, size=9)
    paper.multi_cell(0, 5, STAMP[page.language], new_x="LMARGIN", new_y="NEXT")
    paper.ln(5)
    paper.set_font(family, size=page.size)
    for line in page.to:
        paper.cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")
    paper.ln(8)
    plainly = {name: TextStyle(font_family=family) for name in ("code", "pre")}  # Courier has no ŵ
    paper.write_html(f"<p><b>{_inner(page)}</b></p>{rendered(page.body, page.fields)}", tag_styles=plainly)
    return paper


def _font(paper: FPDF, fonts: Sequence[Path]) -> str:
    for folder in (*fonts, *PLACES, *_of_matplotlib()):
        if all((folder / f"{FONT}{ending}.ttf").exists() for ending in STYLES.values()):
            for style, ending in STYLES.items():
                paper.add_font(FONT, style, str(folder / f"{FONT}{ending}.ttf"))
            return FONT
    return "helvetica"


def _of_matplotlib() -> list[Path]:
    """Returns the folders of matplotlib, which brings the fonts with it."""
    spec = find_spec("matplotlib")
    return [Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"] if spec and spec.origin else []


def _plain(subject: str) -> str:
    """A subject is no markdown."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#&!" else c for c in subject)


def _inner(page: LetterPage) -> str:
    return rendered(_plain(page.subject), page.fields).removeprefix("<p>").strip().removesuffix("</p>")
