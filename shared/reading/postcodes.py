"""Postcodes of the United Kingdom, of the British forces (BFPO) and of the Crown dependencies, in one spelling."""

import re

from shared.reading.signs import typed
from shared.reading.text import Unfit

_POSTCODE = re.compile(r"(GIR|[A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][A-Z]{2})", re.ASCII)
_BFPO = re.compile(r"BFPO(?:C/O)?([0-9]{1,4})", re.ASCII)
_ABROAD = re.compile(r"[A-Z0-9][A-Z0-9 -]{0,11}", re.ASCII)


def postcode(text: str) -> str:
    """Returns the postcode such as `ZZ1 1ZZ` or `BFPO 57`; an empty text for an empty one. Raises `Unfit`: `format`."""
    compact = typed(text).replace(" ", "").upper()
    if not compact:
        return ""
    if forces := _BFPO.fullmatch(compact):
        return f"BFPO {forces[1]}"
    parts = _POSTCODE.fullmatch(compact)
    if not parts:
        raise Unfit("format")
    return f"{parts[1]} {parts[2]}"


def postcode_abroad(text: str) -> str:
    """Returns another country's postcode in capitals. Raises `Unfit`: `format`."""
    shown = typed(text).upper()
    if shown and not _ABROAD.fullmatch(shown):
        raise Unfit("format")
    return shown
