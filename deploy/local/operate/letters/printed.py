"""A print file and its manifest, read for an audit, whatever was done to them."""

import csv
import hashlib
import io
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.dispatcher.channels.printing.files import MANIFEST
from services.dispatcher.ledger.digest import AGENT, CUSTOMER

COUNTED = ("language", "format", "recipient")
"""Columns of a print file that its manifest has totals of."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One chunk's letter references by recipient, each as often as it is there, and the digests of its two files."""

    references: Mapping[str, Counter[str]] = field(default_factory=lambda: {CUSTOMER: Counter(), AGENT: Counter()})
    as_said: bool = True
    file_sha256: str = ""
    manifest_sha256: str = ""


def printed(folder: Path, name: str) -> Printed:
    """Nothing where there is no manifest."""
    manifest = _bytes(folder / f"{name}{MANIFEST}")
    if manifest is None:
        return Printed()
    data = _bytes(folder / f"{name}.csv") or b""
    found, records = Printed(), _records(data)
    for record in records or ():
        found.references[_recipient(record)][record.get("letter_reference") or ""] += 1
    as_said = records is not None and _as_said(_read(manifest), name, data, records)
    return Printed(found.references, as_said, hashlib.sha256(data).hexdigest(), hashlib.sha256(manifest).hexdigest())


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _read(manifest: bytes) -> Mapping[str, Any]:
    """Returns what it says; nothing where it is no object of JSON."""
    try:
        said = json.loads(manifest)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _as_said(said: Mapping[str, Any], name: str, data: bytes, records: Sequence[Mapping[str, str | None]]) -> bool:
    """Whether all that a manifest says, and that can be counted again, is so. One that says nothing of recipients is of
    the time before there were agents' copies."""
    campaign, _, chunk = name.rpartition("-")
    of_file = {
        "campaign": campaign, "chunk": int(chunk) if chunk.isdigit() else None, "file": f"{name}.csv",
        "records": len(records), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(),
    }  # fmt: skip
    totals = said.get("totals")
    if not isinstance(totals, dict):
        return False
    counted = {column: dict(Counter(record.get(column) for record in records)) for column in COUNTED}
    old = "recipient" not in totals and set(counted["recipient"]) <= {CUSTOMER, None}
    same = all(totals.get(column) == counted[column] for column in COUNTED if column != "recipient" or not old)
    return same and {key: said.get(key) for key in of_file} == of_file


def _recipient(record: Mapping[str, str | None]) -> str:
    return AGENT if record.get("recipient") == AGENT else CUSTOMER


def _records(data: bytes) -> list[dict[str, str | None]] | None:
    """Returns the records, however the file was altered; None where it is no CSV."""
    try:
        return list(_rows(data))
    except csv.Error:
        return None


def _rows(data: bytes) -> Iterator[dict[str, str | None]]:
    csv.field_size_limit(sys.maxsize)  # a field of any length is a finding, and no end of the audit
    yield from csv.DictReader(io.StringIO(data.decode(errors="replace"), newline=""))
