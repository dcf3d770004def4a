"""Text as people and their tools write it: one spelling of what looks the same, and no signs that nobody can see."""

import re
import unicodedata

BLANKS = re.compile(r"[\t \u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000\u3164\uffa0\u115f\u1160]+")
"""Tabs and every kind of space, and letters of Hangul that stand for a space."""
_FILLERS = dict.fromkeys([0x034F, *range(0x180B, 0x180E), *range(0xFE00, 0xFE10)])
"""Signs without width that Unicode does not call format characters: joiners and variation selectors."""
_PRINTABLE_ASCII = re.compile(r"[!-~]+(?: [!-~]+)*")
REPLACEMENT = "\ufffd"


class Unfit(Exception):
    """A value that cannot be taken; `rule` is the code of the rule it breaks. Never has the value in it."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def cleaned(text: str) -> str:
    """Returns the text in normal form C, its blanks as single spaces and none at its ends, without signs of no width.

    Raises `Unfit`: `replacement-character` where an earlier program lost a letter (U+FFFD), `control-character` for
    what is left that cannot be printed, line ends within the text included.
    """
    if _PRINTABLE_ASCII.fullmatch(text):
        return text
    shown = text.translate(_FILLERS).strip("\r\n")
    shown = "".join(sign for sign in shown if unicodedata.category(sign) != "Cf")
    shown = BLANKS.sub(" ", unicodedata.normalize("NFC", shown)).strip(" \r\n")
    if REPLACEMENT in shown:
        raise Unfit("replacement-character")
    if not shown.isprintable():
        raise Unfit("control-character")
    return shown


def heading(text: str) -> str:
    """Returns a column's heading as headings are compared: cleaned, in small letters. Signs that cannot be printed are
    kept, so that the heading is unknown rather than the file unreadable."""
    try:
        return cleaned(text).lower()
    except Unfit:
        return text.strip().lower()
