"""What a letter, or the copy that goes to an agent, will look like for an invented customer: as HTML and as PDF."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from fpdf import FPDF
from fpdf.errors import FPDFUnicodeEncodingException

from services.dispatcher.agent import Agent
from services.dispatcher.campaign import DispatchedCampaign
from services.dispatcher.communication import AgentCopy, Communication, Recipient, compose
from services.dispatcher.customer import STANDARD, Customer
from services.dispatcher.templates import rendered
from shared.errors import Invalid, NotFound, Problem

STYLES = {"": "", "B": "-Bold", "I": "-Oblique", "BI": "-BoldOblique"}
FONT = "DejaVuSans"
PLACES = (Path("/usr/share/fonts/truetype/dejavu"), Path("/usr/share/fonts/dejavu"))
STAMP = {"en": "Preview: no such customer exists", "cy": "Rhagolwg: nid oes cwsmer o'r fath"}
NAME = {"en": "Alex Specimen", "cy": "Gwenllïan Ŵyn Enghraifft"}
AGENT = Agent("Specimen and Partners", ("2 Specimen Street", "Anytown"), "ZZ99 9ZZ")
SIZES = {"large-print": 16, STANDARD: 11}  # points


@dataclass(frozen=True, slots=True)
class Page:
    """A letter as it is to be shown: `subject` and `body` are as designed, to be filled with `fields`."""

    language: str
    size: int
    to: Sequence[str]
    title: str
    subject: str
    body: str
    fields: Mapping[str, str]


class Previews:
    """`fonts` are folders to look for DejaVu in, before those where it usually is."""

    def __init__(self, fonts: Sequence[Path] = ()) -> None:
        self._fonts = fonts

    def html(self, page: Page) -> str:
        return as_html(page)

    async def pdf(self, page: Page) -> bytes:
        return await as_pdf(page, self._fonts)


def specimen(campaign: DispatchedCampaign, arm: str, language: str, format_: str, agents: bool = False) -> Page:
    """The customer's letter, or their agent's copy of it. Raises `NotFound` for an arm or a language that the campaign
    has no letter for, or no text for agents."""
    found = next((a for a in campaign.plan.arms if a.code == arm and not a.control), None)
    if found is None or language not in {letter.language for letter in found.letters}:
        raise NotFound(f"{campaign.reference} has no letter of arm {arm} in that language")
    flags = frozenset({format_} if format_ in SIZES and format_ != STANDARD else ())
    customer = Customer(
        reference="1955839661", name=NAME[language], address=("1 Specimen Street", "Anytown"), postcode="ZZ99 9ZZ",
        language=language, flags=flags, cluster=None, stratum="all", agent=AGENT,
    )  # fmt: skip
    letter = compose(campaign, Recipient(0, customer), found, b"preview")
    if agents and letter.copy is None:
        raise NotFound(f"{campaign.reference} has no text for agents of arm {arm} in that language")
    return _copy(letter, letter.copy) if agents and letter.copy else _letter(letter)


def _letter(letter: Communication) -> Page:
    text, size = letter.letter, SIZES.get(letter.format, SIZES[STANDARD])
    return Page(letter.language, size, _to(letter.customer), letter.subject, text.subject, text.body, letter.fields)


def _copy(letter: Communication, copy: AgentCopy) -> Page:
    text = copy.letter
    return Page(letter.language, SIZES[STANDARD], _to(copy.agent), copy.subject, text.subject, text.body, copy.fields)


def _to(somebody: Customer | Agent) -> Sequence[str]:
    return (somebody.name, *somebody.address, somebody.postcode)


def as_html(page: Page) -> str:
    return (
        f'<!doctype html><html lang="{page.language}"><head><meta charset="utf-8">'
        f"<title>{STAMP[page.language]}</title></head>"
        f'<body style="max-width:40em;margin:2em auto;font-family:sans-serif;font-size:{page.size}pt">'
        f"<p><em>{STAMP[page.language]}</em></p><p>{'<br>'.join(page.to)}</p>"
        f"<h1>{rendered(_plain(page.subject), page.fields).strip()}</h1>"
        f"{rendered(page.body, page.fields)}</body></html>"
    )


async def as_pdf(page: Page, fonts: Sequence[Path] = ()) -> bytes:
    """Raises `Invalid` where no font that is there has all the letters in it: Welsh has ŵ and ŷ."""
    return await asyncio.to_thread(_pdf, page, fonts)


def _pdf(page: Page, fonts: Sequence[Path]) -> bytes:
    paper = FPDF(format="A4")
    paper.set_margins(25, 20)
    paper.set_lang("cy-GB" if page.language == "cy" else "en-GB")
    paper.set_title(page.title)
    paper.add_page()
    family = _font(paper, fonts)
    try:
        paper.set_font(family, size=9)
        paper.multi_cell(0, 5, STAMP[page.language], new_x="LMARGIN", new_y="NEXT")
        paper.ln(5)
        paper.set_font(family, size=page.size)
        for line in page.to:
            paper.cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")
        paper.ln(8)
        paper.write_html(f"<p><b>{_inner(page)}</b></p>{rendered(page.body, page.fields)}")
        return bytes(paper.output())
    except FPDFUnicodeEncodingException:
        raise Invalid(
            "no font here has all the letters: install DejaVu, or name a folder with it in OTM_FONTS",
            Problem("language", "font", "no font for it"),
        ) from None


def _font(paper: FPDF, fonts: Sequence[Path]) -> str:
    for folder in (*fonts, *PLACES, *_of_matplotlib()):
        if all((folder / f"{FONT}{ending}.ttf").exists() for ending in STYLES.values()):
            for style, ending in STYLES.items():
                paper.add_font(FONT, style, str(folder / f"{FONT}{ending}.ttf"))
            return FONT
    return "helvetica"


def _of_matplotlib() -> list[Path]:
    """It brings the fonts with it."""
    spec = find_spec("matplotlib")
    return [Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"] if spec and spec.origin else []


def _plain(subject: str) -> str:
    """A subject is no markdown."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#&!" else c for c in subject)


def _inner(page: Page) -> str:
    return rendered(_plain(page.subject), page.fields).removeprefix("<p>").strip().removesuffix("</p>")
