"""Codes that people type or copy, as they see them: references, days, numbers, addresses of mail, names of columns."""

from shared.reading.text import Unfit, cleaned

_AS_TYPED = str.maketrans(
    dict.fromkeys("\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63", "-")
    | dict.fromkeys("\u2018\u2019\u02bc\u2032", "'")
    | {chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
)
"""Dashes, minus signs and curly apostrophes, which phones and word processors put in place of those of a keyboard; and
the wide letters, digits and signs of East Asian keyboards."""


def typed(text: str) -> str:
    """Returns a code with blanks of any kind as single spaces, its signs as a keyboard has them, and without signs that
    nobody sees. Raises `Unfit`, as `cleaned`."""
    return cleaned(text).translate(_AS_TYPED)


def seen(text: str) -> str:
    """Returns a code as `typed` does. A text with signs that cannot be printed keeps them, so that its reader refuses
    it."""
    try:
        return typed(text)
    except Unfit:
        return text
