"""A customer's own reference: UTR, NINO, VRN or PAYE, checked and brought to one spelling."""

import re
from enum import StrEnum

from stdnum import exceptions as stdnum_errors
from stdnum.gb import utr, vat

from shared.errors import Invalid, Problem

_NINO = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]", re.ASCII)
_PAYE = re.compile(r"(\d{3})([A-Z0-9]{1,10})", re.ASCII)
_SEPARATORS = re.compile(r"[\s.\-/]+")
_LONGEST = 20


class ReferenceKind(StrEnum):
    UTR = "utr"
    NINO = "nino"
    VRN = "vrn"
    PAYE = "paye"


def normalise(kind: ReferenceKind, text: str) -> str:
    """The one spelling of a reference: no separators, capitals, a UTR's trailing K and a VRN's GB dropped;
    an employer's PAYE reference has its slash after the tax office's three digits.

    Raises `Invalid`, whose problem names the rule (`format`, `length` or `check-digit`) and never the value.
    """
    compact = _SEPARATORS.sub("", text[: _LONGEST * 2]).upper()
    if len(text) > _LONGEST * 2 or len(compact) > _LONGEST or not compact.isascii():
        raise _broken(kind, "format")
    try:
        return _CHECKS[kind](compact)
    except stdnum_errors.InvalidChecksum:
        raise _broken(kind, "check-digit") from None
    except stdnum_errors.InvalidLength:
        raise _broken(kind, "length") from None
    except stdnum_errors.ValidationError:
        raise _broken(kind, "format") from None


def _utr(compact: str) -> str:
    return str(utr.validate(compact.removesuffix("K")))


def _vrn(compact: str) -> str:
    digits = compact.removeprefix("GB")
    if not digits.isdigit():
        raise stdnum_errors.InvalidFormat
    if len(digits) != len("980780684"):
        raise stdnum_errors.InvalidLength
    return str(vat.validate(digits))


def _nino(compact: str) -> str:
    if not _NINO.fullmatch(compact):
        raise stdnum_errors.InvalidFormat
    return compact


def _paye(compact: str) -> str:
    parts = _PAYE.fullmatch(compact)
    if not parts:
        raise stdnum_errors.InvalidFormat
    return f"{parts[1]}/{parts[2]}"


_CHECKS = {
    ReferenceKind.UTR: _utr,
    ReferenceKind.NINO: _nino,
    ReferenceKind.VRN: _vrn,
    ReferenceKind.PAYE: _paye,
}


def _broken(kind: ReferenceKind, rule: str) -> Invalid:
    message = f"not a valid {kind.upper()}: {rule}"
    return Invalid(message, Problem("customer_reference", rule, message))
