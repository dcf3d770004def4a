"""A table read from CSV: its columns as numbers, dates and codes, refused by file, column and row."""

import codecs
import csv
import io
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from services.planner.evaluation.checks.conduct import EPOCH
from services.planner.evaluation.data.units import Flags
from services.planner.evaluation.estimates.arm_means import Floats, Integers
from shared.errors import Invalid, Malformed, Problem
from shared.values import EARLIEST, LATEST

LARGEST_NUMBER = 1e15
"""The size beyond which no amount and no covariate is believed: squares of such numbers still have a sum."""
SEPARATORS = (";", "\t", "|")


class Table:
    """The columns of one file that are known, each with its type. `needed` ones must be there, and rows if `filled`.

    Raises `Malformed` for what is not CSV, `Invalid` for a column that lacks or is there twice.
    """

    def __init__(
        self, content: bytes, file: str, types: dict[str, Any], needed: tuple[str, ...], *, filled: bool = False
    ) -> None:
        self.file = file
        content = content.removeprefix(codecs.BOM_UTF8)
        header = _header(content, file)
        known = [name for name in types if name in header]
        twice = sorted({name for name in known if header.count(name) > 1})
        if twice:
            raise self.refused(", ".join(twice), "once", "it is in the heading twice: keep one")
        missing = [
            Problem(f"{file}.{name}", "required", "there is no such column") for name in needed if name not in known
        ]
        self.rows: Any = _read(content, file, types, known) if not missing else None
        if missing or (filled and not len(self)):
            hint = _separator_hint(header)
            raise Invalid(f"{file} is not a file of a trial: it needs {', '.join(needed)} and rows{hint}", *missing)

    def __len__(self) -> int:
        return 0 if self.rows is None else int(self.rows.num_rows)

    def __contains__(self, column: str) -> bool:
        return column in self.rows.column_names

    def __getitem__(self, column: str) -> Any:
        return self.rows[column]

    def keep(self, rows: Any) -> None:
        """Keeps the rows of a new Arrow table."""
        self.rows = rows

    def numbers(self, column: str, missing: float | None = None) -> Floats:
        """Returns finite numbers; `missing` stands for an empty cell, which is refused without it."""
        cells = self.rows[column] if missing is None else pc.fill_null(self.rows[column], missing)
        values = np.asarray(cells.to_numpy(), dtype=np.float64)
        self.expect(column, np.isfinite(values), "filled", "has no number: write 0 where nothing happened")
        self.expect(column, np.abs(values) <= LARGEST_NUMBER, "size", "has a number beyond 10^15: correct it")
        return values

    def days(self, column: str) -> Integers:
        """Returns dates as days since 1970-01-01."""
        cells = self.rows[column]
        self.expect(column, pc.is_valid(cells).to_numpy(), "filled", "has no date")
        values = np.asarray(cells.cast(pa.int32()).to_numpy(), dtype=np.int64)
        first, last = ((date(year, 1, 1) - EPOCH).days for year in (EARLIEST, LATEST))
        says = f"has a date that is not between {EARLIEST} and {LATEST}: correct its year"
        self.expect(column, (values >= first) & (values <= last), "range", says)
        return values

    def codes(self, column: str) -> tuple[Integers, tuple[str, ...]]:
        """Returns numbers of the words in a column, and the words."""
        encoded = pc.dictionary_encode(self.rows[column]).combine_chunks()
        words = tuple(encoded.dictionary.to_pylist()) or ("",)
        return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64), words

    def refused(self, column: str, rule: str, message: str) -> Invalid:
        return Invalid(f"{self.file}, column {column}: {message}", Problem(column, rule, message))

    def expect(self, column: str, good: Flags, rule: str, says: str) -> None:
        """Raises `Invalid` unless all rows are good; `says` goes on from "row 3 of the data"."""
        bad = np.flatnonzero(~np.asarray(good))
        if bad.size:
            others = f" ({bad.size - 1:,} others likewise)" if bad.size > 1 else ""
            raise self.refused(column, rule, f"row {bad[0] + 1:,} of the data {says}{others}")


def _header(content: bytes, file: str) -> list[str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _unreadable(file)
    try:
        return next(csv.reader(io.StringIO(content[: 1 << 16].decode(errors="replace"))), [])
    except csv.Error:
        raise _unreadable(file) from None


def _read(content: bytes, file: str, types: dict[str, Any], known: list[str]) -> Any:
    options = pa_csv.ConvertOptions(
        column_types=types, include_columns=known, strings_can_be_null=False, null_values=["", "NA", "NaN"]
    )
    try:
        return pa_csv.read_csv(pa.BufferReader(content), convert_options=options)
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        raise _unreadable(file) from None


def _unreadable(file: str) -> Malformed:
    return Malformed(
        f"{file} cannot be read: it must be CSV in UTF-8, with dates as 2026-09-07 and numbers without separators"
    )


def _separator_hint(header: list[str]) -> str:
    """Says what to do where one column holds all, because another sign than the comma stands between them."""
    if len(header) == 1 and any(sign in header[0] for sign in SEPARATORS):
        return "; columns are separated by commas: save it as CSV with commas"
    return ""
