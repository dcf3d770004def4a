"""What a letter will look like, for an invented customer: as HTML and as PDF."""

import asyncio
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from fpdf import FPDF
from fpdf.errors import FPDFUnicodeEncodingException

from services.dispatcher.campaign import DispatchedCampaign
from services.dispatcher.communication import Communication, Recipient, compose
from services.dispatcher.customer import Customer
from services.dispatcher.templates import rendered
from shared.errors import Invalid, NotFound, Problem

STYLES = {"": "", "B": "-Bold", "I": "-Oblique", "BI": "-BoldOblique"}
FONT = "DejaVuSans"
PLACES = (Path("/usr/share/fonts/truetype/dejavu"), Path("/usr/share/fonts/dejavu"))
STAMP = {"en": "Preview: no such customer exists", "cy": "Rhagolwg: nid oes cwsmer o'r fath"}
NAME = {"en": "Alex Specimen", "cy": "Gwenllïan Ŵyn Enghraifft"}
SIZES = {"large-print": 16, "standard": 11}  # points


class Previews:
    """`fonts` are folders to look for DejaVu in, before those where it usually is."""

    def __init__(self, fonts: Sequence[Path] = ()) -> None:
        self._fonts = fonts

    def html(self, campaign: DispatchedCampaign, arm: str, language: str, print_format: str) -> str:
        return as_html(specimen(campaign, arm, language, print_format))

    async def pdf(self, campaign: DispatchedCampaign, arm: str, language: str, print_format: str) -> bytes:
        return await as_pdf(specimen(campaign, arm, language, print_format), self._fonts)


def specimen(campaign: DispatchedCampaign, arm: str, language: str, format_: str) -> Communication:
    """Raises `NotFound` for an arm or a language that the campaign has no letter for."""
    found = next((a for a in campaign.plan.arms if a.code == arm and not a.control), None)
    if found is None or language not in {letter.language for letter in found.letters}:
        raise NotFound(f"{campaign.reference} has no letter of arm {arm} in that language")
    flags = frozenset({format_} if format_ in SIZES and format_ != "standard" else ())
    customer = Customer(
        reference="1955839661", name=NAME[language], address=("1 Specimen Street", "Anytown"), postcode="ZZ99 9ZZ",
        language=language, flags=flags, cluster=None, stratum="all",
    )  # fmt: skip
    return compose(campaign, Recipient(0, customer), found, b"preview")


def as_html(letter: Communication) -> str:
    address = "<br>".join((letter.customer.name, *letter.customer.address, letter.customer.postcode))
    size = SIZES.get(letter.format, SIZES["standard"])
    return (
        f'<!doctype html><html lang="{letter.language}"><head><meta charset="utf-8">'
        f"<title>{STAMP[letter.language]}</title></head>"
        f'<body style="max-width:40em;margin:2em auto;font-family:sans-serif;font-size:{size}pt">'
        f"<p><em>{STAMP[letter.language]}</em></p><p>{address}</p>"
        f"<h1>{rendered(_plain(letter.letter.subject), letter.fields).strip()}</h1>"
        f"{rendered(letter.letter.body, letter.fields)}</body></html>"
    )


async def as_pdf(letter: Communication, fonts: Sequence[Path] = ()) -> bytes:
    """Raises `Invalid` where no font that is there has all the letters in it: Welsh has ŵ and ŷ."""
    return await asyncio.to_thread(_pdf, letter, fonts)


def _pdf(letter: Communication, fonts: Sequence[Path]) -> bytes:
    page = FPDF(format="A4")
    page.set_margins(25, 20)
    page.set_lang("cy-GB" if letter.language == "cy" else "en-GB")
    page.set_title(letter.subject)
    page.add_page()
    family = _font(page, fonts)
    try:
        page.set_font(family, size=9)
        page.multi_cell(0, 5, STAMP[letter.language], new_x="LMARGIN", new_y="NEXT")
        page.ln(5)
        page.set_font(family, size=SIZES.get(letter.format, SIZES["standard"]))
        for line in (letter.customer.name, *letter.customer.address, letter.customer.postcode):
            page.cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")
        page.ln(8)
        page.write_html(f"<p><b>{_inner(letter)}</b></p>{rendered(letter.letter.body, letter.fields)}")
        return bytes(page.output())
    except FPDFUnicodeEncodingException:
        raise Invalid(
            "no font here has all the letters: install DejaVu, or name a folder with it in OTM_FONTS",
            Problem("language", "font", "no font for it"),
        ) from None


def _font(page: FPDF, fonts: Sequence[Path]) -> str:
    for folder in (*fonts, *PLACES, *_of_matplotlib()):
        if all((folder / f"{FONT}{ending}.ttf").exists() for ending in STYLES.values()):
            for style, ending in STYLES.items():
                page.add_font(FONT, style, str(folder / f"{FONT}{ending}.ttf"))
            return FONT
    return "helvetica"


def _of_matplotlib() -> list[Path]:
    """It brings the fonts with it."""
    spec = find_spec("matplotlib")
    return [Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"] if spec and spec.origin else []


def _plain(subject: str) -> str:
    """A subject is no markdown."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#&!" else c for c in subject)


def _inner(letter: Communication) -> str:
    return rendered(_plain(letter.letter.subject), letter.fields).removeprefix("<p>").strip().removesuffix("</p>")
