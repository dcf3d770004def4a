"""Phone numbers: of the United Kingdom unless they say otherwise, in the international spelling (E.164)."""

import re

import phonenumbers

from shared.reading.text import Unfit, cleaned

_SIGNS = re.compile(r"\+?[0-9() ./-]{5,40}", re.ASCII)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_DECIMAL = re.compile(r"[.,][0-9]?$|[.,][0-9](?![0-9])", re.ASCII)
"""A number that a spreadsheet made a decimal of, such as 7700900123.0: without its point it would be another number."""
HOME = "GB"
MOBILES = "+447"


def phone_number(text: str) -> str:
    """Returns the number such as +441632960001; an empty text for an empty one.

    Raises `Unfit`: `format`, or as `cleaned`. The number need not be in use: numbers set aside for stories are taken.
    """
    shown = cleaned(text).translate(_DASHES)
    if not shown:
        return ""
    if not _SIGNS.fullmatch(shown) or _DECIMAL.search(shown):
        raise Unfit("format")
    try:
        number = phonenumbers.parse(shown, HOME)
    except phonenumbers.NumberParseException:
        raise Unfit("format") from None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise Unfit("format")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def takes_texts(number: str) -> bool:
    """Returns whether a text message can go to the number: of the United Kingdom's only mobiles take them."""
    return bool(number) and (number.startswith(MOBILES) or not number.startswith("+44"))
