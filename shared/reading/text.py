"""Text as people and their tools write it: one spelling of what looks the same, and no signs that nobody can see."""

import re
import unicodedata

BLANKS = re.compile(r"[\t \u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0\u115f\u1160]+")
"""Tabs and every kind of space, and signs of Hangul and of Braille that look like one."""
_FILLERS = dict.fromkeys(
    [0x034F, 0x17B4, 0x17B5, *range(0x180B, 0x180E), 0x180F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
)
"""Signs without width that Unicode does not call format characters: joiners, silent vowels, variation selectors."""
_LINE_ENDS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""Line ends of every kind: word processors write others than files do."""
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
    shown = text.translate(_FILLERS).strip(_LINE_ENDS)
    shown = "".join(sign for sign in shown if unicodedata.category(sign) != "Cf")
    shown = BLANKS.sub(" ", unicodedata.normalize("NFC", shown)).strip(" " + _LINE_ENDS)
    if REPLACEMENT in shown:
        raise Unfit("replacement-character")
    if not shown.isprintable():
        raise Unfit("control-character")
    return shown


def as_seen(text: str) -> str:
    """Returns the text cleaned; as it is, where it cannot be: nobody whose call is taken is turned away for it."""
    try:
        return cleaned(text)
    except Unfit:
        return text


def heading(text: str) -> str:
    """Returns a column's heading as headings are compared: cleaned, in small letters. Signs that cannot be printed are
    kept, so that the heading is unknown rather than the file unreadable."""
    try:
        return cleaned(text).lower()
    except Unfit:
        return text.strip().lower()
