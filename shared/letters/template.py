"""A letter's markdown made into HTML: what stands in the template is formatted, what a customer is called never is."""

from collections.abc import Mapping
from functools import lru_cache
from html import escape

from markdown_it import MarkdownIt

from shared.letters.personalisation import fill

LOWEST_HEADING = 6


def rendered(template: str, fields: Mapping[str, str], below: int = 0) -> str:
    """Returns HTML of the template with its places filled. HTML of the template's own, or of a field's, does not come
    through, nor do pictures. Headings are by `below` levels lower, for a letter that is shown within a page."""
    return fill(_html(template, below), {name: escape(value) for name, value in fields.items()})


@lru_cache(maxsize=100)
def _html(template: str, below: int) -> str:
    # a picture would be fetched, from wherever the letter says, by whoever shows it: ourselves, where it is a PDF
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    tokens = markdown.parse(template)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(LOWEST_HEADING, int(token.tag[1:]) + below)}"
    return str(markdown.renderer.render(tokens, markdown.options, {}))
