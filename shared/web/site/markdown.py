"""Markdown that our own staff wrote, as HTML of the look: no HTML of theirs, no pictures, no headings."""

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

CLASSES = {
    "p": "govuk-body",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "a": "govuk-link",
    "table": "govuk-table",
}
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(
    ["image", "heading", "lheading", "html_block", "html_inline"]
)


def markdown(text: str) -> Markup:
    """Returns the text as HTML. All that is not markdown is escaped."""
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        _dress(token)
        for child in token.children or []:
            _dress(child)
    return Markup(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))  # noqa: S704 (made by the renderer, escaped)


def _dress(token: Token) -> None:
    if token.nesting == 1 and token.tag in CLASSES:
        token.attrSet("class", CLASSES[token.tag])
