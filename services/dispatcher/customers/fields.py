"""Shapes of the fields of a row, and the error that says which field breaks which rule."""

import re
from collections.abc import Mapping, Sequence

POSTCODE = re.compile(r"(GIR ?0AA|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2})", re.ASCII)
EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)
PHONE = re.compile(r"\+?[0-9]{7,15}", re.ASCII)
PHONE_SPACING = str.maketrans("", "", " -.()")


class FieldRefused(Exception):
    """`field` and `reason` of what is wrong with a row."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__()
        self.field, self.reason = field, reason


def shaped(name: str, value: str, shape: re.Pattern[str]) -> str:
    """Returns the value if it has the shape. An empty value is allowed: suppression decides whether the customer can be
    reached without it."""
    if value and not shape.fullmatch(value):
        raise FieldRefused(name, "format")
    return value


def postcode(fields: Mapping[str, str], name: str) -> str:
    return shaped(name, fields.get(name, "").strip().upper(), POSTCODE)


def address(fields: Mapping[str, str], names: Sequence[str]) -> tuple[str, ...]:
    """The lines that say something."""
    return tuple(line for name in names if (line := fields.get(name, "").strip()))
