"""Signs that people do not see, or cannot tell apart, in a short code that they typed or copied."""

import unicodedata

_HYPHENS = dict.fromkeys(
    map(ord, "\u00ad\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"), "-"
)
"""Dashes and minus signs, which phones and word processors put in place of a hyphen."""
_HYPHENS[ord("\u00ad")] = ""  # a soft hyphen is seen only where a line breaks
_UNSEEN = "Cf"
"""Unicode's category of signs without a width: zero-width spaces, byte order marks, marks of direction."""


def seen(text: str) -> str:
    """Returns a code as a person sees it: blanks of any kind as spaces, dashes as hyphens, unseen signs dropped."""
    plain = (" " if c.isspace() else c for c in text.translate(_HYPHENS) if unicodedata.category(c) != _UNSEEN)
    return "".join(plain).strip()
