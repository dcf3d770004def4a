"""Codes that people type or copy, as they see them: references, days, names of columns."""

from shared.reading.text import Unfit, cleaned

_HYPHENS = str.maketrans(dict.fromkeys("\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d", "-"))
"""Dashes and minus signs, which phones and word processors put in place of a hyphen."""


def seen(text: str) -> str:
    """Returns a code with blanks of any kind as single spaces, dashes as hyphens, and without signs that nobody sees.

    A text with signs that cannot be printed keeps them, so that its reader refuses it.
    """
    try:
        return cleaned(text).translate(_HYPHENS)
    except Unfit:
        return text
