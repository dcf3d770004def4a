"""A letter as it is to be shown, before anybody is sent it, as HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from shared.letters.template import rendered

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
    return f"<p>{to}</p><p><strong>{heading(page)}</strong></p>{body}"


def _plain(subject: str) -> str:
    """A subject is no markdown."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#&!" else c for c in subject)


def heading(page: LetterPage) -> str:
    """Returns the subject as HTML, without a paragraph around it."""
    return rendered(_plain(page.subject), page.fields).removeprefix("<p>").strip().removesuffix("</p>")
