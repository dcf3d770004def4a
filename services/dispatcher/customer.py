"""One row of a population file: a customer we may write to, or the reason why the row was refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.customer_reference import ReferenceKind, normalise
from shared.errors import Invalid

REQUIRED = ("customer_reference", "name", "address_1", "postcode")
OPTIONAL = ("address_2", "address_3", "address_4", "language", "flags", "cluster", "stratum")
COLUMNS = REQUIRED + OPTIONAL
LANGUAGES = {"": "en", "en": "en", "cy": "cy"}
FLAGS = frozenset(
    {"deceased", "insolvent", "open-check", "dispute", "time-to-pay", "ceased", "returned-mail", "large-print",
     "braille", "audio", "extra-support"}
)  # fmt: skip
LONGEST = 200  # characters of one field
NO_STRATUM = "all"
STRATUM = re.compile(r"(?=.{1,60}$)[a-z0-9]+(-[a-z0-9]+)*")
"""A code, because strata are named in events."""


@dataclass(frozen=True, slots=True, repr=False)
class Customer:
    """`flags` are codes of `FLAGS`; customers with the same `cluster` are randomised together."""

    reference: str
    name: str
    address: tuple[str, ...]
    postcode: str
    language: str
    flags: frozenset[str]
    cluster: str | None
    stratum: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why row `row` (the first after the header is 1) was refused; never what stood in it."""

    row: int
    field: str
    reason: str


def read_customer(row: int, fields: Mapping[str, str], kind: ReferenceKind) -> Customer | Rejection:
    """A customer from the named fields of one row, or the first thing that is wrong with it."""
    long = next((name for name, value in fields.items() if len(value) > LONGEST), None)
    if long:
        return Rejection(row, long, "too-long")
    control = next((name for name, value in fields.items() if not value.isprintable()), None)
    if control:
        return Rejection(row, control, "control-character")
    try:
        reference = normalise(kind, fields["customer_reference"])
    except Invalid as error:
        return Rejection(row, "customer_reference", error.problems[0].rule)
    return _described(row, reference, fields)


def _described(row: int, reference: str, fields: Mapping[str, str]) -> Customer | Rejection:
    if not fields["name"].strip():
        return Rejection(row, "name", "missing")
    language = LANGUAGES.get(fields.get("language", "").strip().lower())
    if language is None:
        return Rejection(row, "language", "unknown")
    flags = frozenset(flag.strip().lower() for flag in fields.get("flags", "").split(";") if flag.strip())
    if not flags <= FLAGS:
        return Rejection(row, "flags", "unknown")
    stratum = fields.get("stratum", "").strip().lower() or NO_STRATUM
    if not STRATUM.fullmatch(stratum):
        return Rejection(row, "stratum", "not-a-code")
    address = (fields[name].strip() for name in ("address_1", "address_2", "address_3", "address_4") if name in fields)
    return Customer(
        reference=reference,
        name=fields["name"].strip(),
        address=tuple(line for line in address if line),
        postcode=fields["postcode"].strip().upper(),
        language=language,
        flags=flags,
        cluster=fields.get("cluster", "").strip() or None,
        stratum=stratum,
    )
