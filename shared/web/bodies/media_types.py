"""Media types that clients put on a body, read in one place: in any case, without their parameters."""

from collections.abc import Mapping

CSV = frozenset(
    {"text/csv", "application/csv", "text/x-csv", "text/comma-separated-values", "application/vnd.ms-excel"}
)
"""Names that browsers and spreadsheets give to CSV, that of a whole workbook among them."""


def media_type_of(headers: Mapping[str, str]) -> str:
    """Returns the `Content-Type` in small letters, without parameters; empty where there is none."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def is_csv(headers: Mapping[str, str]) -> bool:
    return media_type_of(headers) in CSV
