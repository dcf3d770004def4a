"""A letter's markdown made into HTML: what stands in the template is formatted, what a customer is called never is."""

from collections.abc import Mapping
from functools import lru_cache
from html import escape

from markdown_it import MarkdownIt

from shared.personalisation import fill


def rendered(template: str, fields: Mapping[str, str]) -> str:
    """Returns HTML of the template with its places filled. HTML of the template's own, or of a field's, does not come
    through, nor do pictures."""
    return fill(_html(template), {name: escape(value) for name, value in fields.items()})


@lru_cache(maxsize=100)
def _html(template: str) -> str:
    # a picture would be fetched, from wherever the letter says, by whoever shows it: ourselves, where it is a PDF
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").disable("image").render(template))
