"""A letter within a page of the look."""

from markupsafe import Markup

from shared.letters.page import LetterPage, as_part


def letter(page: LetterPage, below: int = 2) -> Markup:
    """Returns the letter as HTML, its headings below that level. All that is no markdown of ours is escaped."""
    return Markup(as_part(page, below))  # noqa: S704 (made by the renderer, escaped)
