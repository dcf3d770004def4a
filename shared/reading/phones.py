"""Phone numbers: of the United Kingdom unless they say otherwise, in the international spelling (E.164)."""

import re

import phonenumbers

from shared.reading.signs import typed
from shared.reading.text import Unfit

_SIGNS = re.compile(r"(?:\+|\(\+[0-9]+\))?[0-9() ./-]{5,40}", re.ASCII)
_DECIMAL = re.compile(r"[.,][0-9]?$|[.,][0-9](?![0-9])|^\+?[0-9]+[.,][0-9]{1,2}$|^\+?[0-9][.,][0-9]+$", re.ASCII)
"""A number that a spreadsheet made a decimal of, such as 7700900123.0 or 7.700900123: without its point it would be
another number."""
_NOBODYS = re.compile(r"\+?([0-9])\1*", re.ASCII)
"""One digit again and again, which stands where a number was not known."""
HOME = "GB"
MOBILES = "+447"


def phone_number(text: str) -> str:
    """Returns the number such as +441632960001; an empty text for an empty one.

    Raises `Unfit`: `format`, or as `cleaned`. The number need not be in use: numbers set aside for stories are taken.
    """
    shown = _without_scheme(typed(text))
    if not shown:
        return ""
    if not _SIGNS.fullmatch(shown) or _DECIMAL.search(shown) or _NOBODYS.fullmatch(shown):
        raise Unfit("format")
    try:
        number = phonenumbers.parse(shown, HOME)
    except phonenumbers.NumberParseException:
        raise Unfit("format") from None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise Unfit("format")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _without_scheme(shown: str) -> str:
    return shown[4:].strip() if shown[:4].lower() == "tel:" else shown


def takes_texts(number: str) -> bool:
    """Returns whether a text message can go to the number: of the United Kingdom's only mobiles take them."""
    return bool(number) and (number.startswith(MOBILES) or not number.startswith("+44"))
