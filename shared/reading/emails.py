"""E-mail addresses: an address that mail systems take, without a name and without signs beyond ASCII before the @."""

from email_validator import EmailNotValidError, validate_email

from shared.reading.signs import typed
from shared.reading.text import Unfit

SCHEME = "mailto:"
LONGEST = 254  # characters, as RFC 5321 has it


def email_address(text: str) -> str:
    """Returns the address in one spelling, its domain in ASCII; an empty text for an empty one. Nothing is looked up.

    Raises `Unfit`: `format`, or as `cleaned`.
    """
    shown = typed(text)
    shown = shown[len(SCHEME) :] if shown.lower().startswith(SCHEME) else shown
    if not shown:
        return ""
    try:
        read = validate_email(shown, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        raise Unfit("format") from None
    return read.ascii_email or read.normalized
