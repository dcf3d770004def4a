"""The columns of a file of outcomes in CSV: its first line names them, and each line after it fills them."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.errors import Invalid, Malformed, Problem
from shared.reading.csv_lines import separator
from shared.reading.csv_records import values
from shared.reading.signs import seen

AMOUNT = re.compile(r"[0-9]{1,20}", re.ASCII)
COLUMNS = ("letter_reference", "kind", "customer_reference", "campaign", "outcome", "amount_pence", "on")

SPELT: Mapping[str, Callable[[str], str]] = {"outcome": str.lower, "kind": str.lower, "campaign": str.upper}


class Columns:
    """The names of a file's columns, read from its first line; "" for a column without a name, which stays empty."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    @classmethod
    def of(cls, line: bytes) -> "Columns":
        """Raises `Malformed` for a line that names other columns than `COLUMNS`, or one of them twice."""
        names = [seen(name).lower() for name in _cells(line)]
        known = [name for name in names if name]
        if len(known) == 1 and (between := separator(known[0])):
            raise Malformed(f"the columns are separated by {between}: save the file as CSV with commas")
        if not known or not set(known) <= set(COLUMNS):
            raise Malformed(f"the first line names columns, some of {', '.join(COLUMNS)}, with commas between them")
        if twice := sorted({name for name in known if known.count(name) > 1}):
            raise Malformed(f"the first line names {' and '.join(twice)} twice: leave one of them out")
        return cls(names)

    def fields(self, line: bytes) -> dict[str, Any]:
        """Returns the fields of an outcome, {} for a line whose cells are all empty. Raises `Malformed` and
        `Invalid`."""
        cells = [seen(cell) for cell in _cells(line)]
        if not any(cells):
            return {}
        if len(cells) != len(self._names):
            raise Malformed(f"this line has {len(cells)} columns, the first one {len(self._names)}")
        if any(cell and not name for name, cell in zip(self._names, cells, strict=True)):
            raise Malformed("this line has something in a column that has no name in the first line")
        given = {name: _code(name, cell) for name, cell in zip(self._names, cells, strict=True) if cell}
        return _nested(_counted(given))


def _counted(given: dict[str, Any]) -> dict[str, Any]:
    """Returns the fields with the amount as a number. Raises `Invalid`."""
    amount = given.get("amount_pence")
    if amount is None:
        return given
    if not AMOUNT.fullmatch(amount):
        message = "amount_pence: write whole pence, in digits alone: 73200 for £732.00"
        raise Invalid(message, Problem("amount_pence", "whole-pence", message))
    return given | {"amount_pence": int(amount)}


def _code(name: str, cell: str) -> str:
    """Returns a code as it is written, though spreadsheets begin a cell with a capital."""
    return SPELT[name](cell) if name in SPELT else cell


def _nested(given: dict[str, Any]) -> dict[str, Any]:
    reference, kind = given.pop("customer_reference", None), given.pop("kind", None)
    if reference is None:
        return given
    return given | {"customer_reference": {"kind": kind, "reference": reference}}


def _cells(line: bytes) -> list[str]:
    if line.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or b"\0" in line:
        raise Malformed("this file is in UTF-16: save it as CSV in UTF-8")
    try:
        return values(line.decode())
    except UnicodeDecodeError:
        raise Malformed("this line is not in UTF-8: save the file as CSV in UTF-8") from None
