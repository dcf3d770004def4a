"""References of customers as people and forms write them, brought to the one spelling of each kind.

What may differ: blanks, dashes and dots between groups, capitals, signs that nobody sees (`signs.seen`), and by kind:

| kind | spelling | also read |
| --- | --- | --- |
| utr | ten digits | a trailing K; thirteen digits, of which the last ten count (a tax office's number comes first) |
| vrn | nine digits | GB or XI before; twelve digits, of which the first nine count (three for a branch come last) |
| nino | two letters, six digits, A to D | |
| paye | three digits, a slash, up to ten letters and digits | no slash, or another separator in its place |
| own | 3 to 20 of A-Z, 0-9, `/`, `.` and `-`, kept as they are | |

No sign is dropped where that would make another reference of it: a separator elsewhere than after the first three
digits of a PAYE reference, or an ending `.0` from a spreadsheet, is refused.
"""

import re
from enum import StrEnum
from typing import Final, Literal

from stdnum import exceptions as stdnum_errors
from stdnum.gb import utr, vat

from shared.errors import Invalid, Problem
from shared.reading.signs import seen

_NINO = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]", re.ASCII)
_PAYE = re.compile(r"(\d{3})(?:([A-Z0-9]+)|(?: *[/.-] *| +)([A-Z0-9][A-Z0-9 .-]*))", re.ASCII)
_OWN = re.compile(r"[A-Z0-9/.-]{3,20}", re.ASCII)
_SEPARATORS = re.compile(r"[ .\-/]+")
_DECIMAL = re.compile(r"\.0+$|^\d+\.\d{1,2}$", re.ASCII)
"""A number that a spreadsheet made a decimal of: without its point it would be another."""
_CHARACTERS, _CHARACTERS_WITH_SEPARATORS = 20, 40
_UTR_DIGITS, _UTR_DIGITS_WITH_OFFICE = 10, 13
_VRN_DIGITS, _VRN_DIGITS_WITH_BRANCH = 9, 12
_PAYE_CHARACTERS = 10


class ReferenceKind(StrEnum):
    UTR = "utr"
    NINO = "nino"
    VRN = "vrn"
    PAYE = "paye"


OWN: Final = "own"
Kind = ReferenceKind | Literal["own"]
"""A reference of a kind that the law gives is the same customer's in all campaigns; one of kind `own` was given by one
campaign, and is somebody else's in every other."""

WORDS: dict[tuple[str, str], str] = {
    ("utr", "format"): "it is ten digits, perhaps with a K at the end",
    ("utr", "length"): "it has ten digits: compare it with the letter or form that it was copied from",
    ("utr", "check-digit"): "a digit is wrong, or two are swapped: read it again",
    ("vrn", "format"): "it is nine digits, perhaps after GB or XI",
    ("vrn", "length"): "it has nine digits, without GB or XI before them: compare it with the form it was copied from",
    ("vrn", "check-digit"): "a digit is wrong, or two are swapped: read it again",
    ("nino", "format"): "it is two letters, six digits and a letter from A to D, such as AB123456C",
    ("paye", "format"): "it is three digits, a slash, and up to ten letters and digits, such as 123/AB456",
    (OWN, "format"): "it is 3 to 20 letters, digits, hyphens, dots and slashes",
}
"""Returns what to do about a reference, by its kind and the rule that it breaks. Never the reference."""


def read_reference(kind: Kind, text: str) -> str:
    """Returns the one spelling of a reference.

    Raises `Invalid`, whose problem names the rule (`format`, `length` or `check-digit`) and never the value.
    """
    shown = seen(text[: _CHARACTERS_WITH_SEPARATORS + 1]).upper()
    if len(text) > _CHARACTERS_WITH_SEPARATORS or not shown.isascii():
        raise _broken(kind, "format")
    try:
        return _READ[kind](shown)
    except stdnum_errors.InvalidChecksum:
        raise _broken(kind, "check-digit") from None
    except stdnum_errors.InvalidLength:
        raise _broken(kind, "length") from None
    except stdnum_errors.ValidationError:
        raise _broken(kind, "format") from None


def _utr(shown: str) -> str:
    digits = _compact(shown).removesuffix("K")
    if digits.isdigit() and len(digits) == _UTR_DIGITS_WITH_OFFICE:
        digits = digits[-_UTR_DIGITS:]
    return str(utr.validate(digits))


def _vrn(shown: str) -> str:
    digits = _compact(shown)
    digits = digits[2:] if digits.startswith(("GB", "XI")) else digits
    if not digits.isdigit():
        raise stdnum_errors.InvalidFormat
    if len(digits) not in (_VRN_DIGITS, _VRN_DIGITS_WITH_BRANCH):
        raise stdnum_errors.InvalidLength
    return str(vat.validate(digits[:_VRN_DIGITS]))


def _nino(shown: str) -> str:
    compact = _compact(shown)
    if not _NINO.fullmatch(compact):
        raise stdnum_errors.InvalidFormat
    return compact


def _paye(shown: str) -> str:
    parts = _PAYE.fullmatch(shown)
    if _DECIMAL.search(shown):
        raise stdnum_errors.InvalidFormat
    employer = _SEPARATORS.sub("", parts[2] or parts[3]) if parts else ""
    if not parts or not 1 <= len(employer) <= _PAYE_CHARACTERS:
        raise stdnum_errors.InvalidFormat
    return f"{parts[1]}/{employer}"


def _own(shown: str) -> str:
    if not _OWN.fullmatch(shown):
        raise stdnum_errors.InvalidFormat
    return shown


_READ = {
    ReferenceKind.UTR: _utr,
    ReferenceKind.NINO: _nino,
    ReferenceKind.VRN: _vrn,
    ReferenceKind.PAYE: _paye,
    OWN: _own,
}


def _compact(shown: str) -> str:
    compact = _SEPARATORS.sub("", shown)
    if len(compact) > _CHARACTERS or _DECIMAL.search(shown):
        raise stdnum_errors.InvalidFormat
    return compact


def _broken(kind: Kind, rule: str) -> Invalid:
    name = "reference of the campaign's own" if kind == OWN else kind.upper()
    message = f"not a valid {name}: {WORDS[kind, rule]}"
    return Invalid(message, Problem("customer_reference", rule, message))
