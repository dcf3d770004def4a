"""Fields of a row, read by the shared readers, and the error that says which field breaks which rule."""

from collections.abc import Callable, Mapping, Sequence

from shared.reading.addresses import country_of, placeholder
from shared.reading.postcodes import postcode, postcode_abroad
from shared.reading.text import Unfit, cleaned

FIELD_CHARACTERS = 200


class FieldRefused(Exception):
    """`field` and `reason` of what is wrong with a row."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__()
        self.field, self.reason = field, reason


def cleaned_fields(fields: Mapping[str, str]) -> dict[str, str]:
    """Returns the fields without signs that nobody can see. Raises `FieldRefused` for one that is too long, has a sign
    that cannot be printed, or lost a letter before it came here."""
    return {name: read(name, value, _short) for name, value in fields.items()}


def read(name: str, value: str, reader: Callable[[str], str]) -> str:
    """Returns the value as the reader spells it. Raises `FieldRefused`."""
    try:
        return reader(value)
    except Unfit as unfit:
        raise FieldRefused(name, unfit.rule) from None


def contact(name: str, value: str, reader: Callable[[str], str], needed: bool) -> str:
    """Returns an address, number or postcode; empty for a placeholder. One that is malformed is refused where a channel
    of the campaign needs it, and left out where none does."""
    if placeholder(value):
        return ""
    try:
        return read(name, value, reader)
    except FieldRefused:
        if needed:
            raise
        return ""


def lines_of(fields: Mapping[str, str], names: Sequence[str]) -> tuple[str, ...]:
    """Returns the lines of an address that say something."""
    return tuple(line for name in names if not placeholder(line := fields.get(name, "")))


def postcode_reader(lines: Sequence[str]) -> Callable[[str], str]:
    """Returns the reader of postcodes for an address: another country's has signs of its own."""
    return postcode_abroad if country_of(lines) else postcode


def _short(value: str) -> str:
    shown = cleaned(value)
    if len(shown) > FIELD_CHARACTERS:
        raise Unfit("too-long")
    return shown
