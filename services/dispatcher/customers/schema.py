"""Meaning of the columns of a campaign's population file: declared for the campaign, or as described here."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from services.dispatcher.customers.agent import AGENT_FIELDS
from services.dispatcher.customers.reference import ReferenceRule
from shared.errors import Invalid, Problem
from shared.values import Value

NEEDED = ("customer_reference", "name")
FIELDS = (
    "customer_reference", "name", "address_1", "address_2", "address_3", "address_4", "postcode", "email", "phone",
    "language", "format", "flags", "cluster", "stratum", *AGENT_FIELDS,
)  # fmt: skip
BY_DEFAULT = ("customer_reference", "name", "address_1", "postcode")
"""The columns that a file needs when nothing else is declared: those of a letter."""

Field_ = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
Column = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9 _.-]{0,59}$")]
"""A column's heading: letters first, so that no spreadsheet takes it for a formula in a report."""


class PopulationSchema(Value):
    """`columns`: from a field to the heading it has in the file, where that is another. `strata`: fields that together
    are the stratum, in this order. `required`: fields that the file must have and every row must fill. `ignored`:
    headings that may stand in the file and are not kept. `recently_contacted_days`: how long this campaign leaves
    customers of other campaigns in peace.
    """

    reference: ReferenceRule
    columns: dict[Field_, Column] = Field(default={}, max_length=40)
    strata: tuple[Field_, ...] = Field(default=(), max_length=6)
    required: tuple[Field_, ...] = Field(default=(), max_length=40)
    ignored: tuple[Column, ...] = Field(default=(), max_length=100)
    recently_contacted_days: int | None = Field(default=None, ge=0, le=730)

    @model_validator(mode="after")
    def _hangs_together(self) -> "PopulationSchema":
        unknown = (set(self.columns) | set(self.required)) - set(self.fields)
        if unknown:
            raise ValueError("columns and required name fields only")
        if "stratum" in self.strata or set(self.strata) & set(NEEDED):
            raise ValueError("strata are fields of their own")
        headings = [heading.lower() for heading in (*map(self._heading, self.fields), *self.ignored)]
        if len(set(headings)) < len(headings):
            raise ValueError("two fields have the same heading")
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields that a file may have; those of the strata take the place of `stratum`."""
        if not self.strata:
            return FIELDS
        return (*(name for name in FIELDS if name != "stratum"), *(name for name in self.strata if name not in FIELDS))

    @property
    def headings(self) -> Mapping[str, str]:
        """Fields by heading, in small letters."""
        return {self._heading(name).lower(): name for name in self.fields}

    def _heading(self, name: str) -> str:
        return self.columns.get(name, name)

    @property
    def needed(self) -> frozenset[str]:
        """Fields that the file must have a column for."""
        return frozenset((*NEEDED, *self.strata, *(self.required or BY_DEFAULT)))

    def layout(self, header: list[str]) -> list[str | None]:
        """The field of each column, None where it is ignored. Raises `Invalid` with all that is wrong."""
        names = [name.strip().lower() for name in header]
        headings, ignored = self.headings, {heading.lower() for heading in self.ignored}
        problems = [
            Problem(heading, "missing-column", "this column is needed")
            for heading, name in headings.items()
            if name in self.needed and heading not in names
        ]
        # by its place: in a file without a header the first row is somebody's data
        problems += [
            Problem(f"column.{place}", "unknown-column", "not a known column")
            for place, name in enumerate(names, start=1)
            if name not in headings and name not in ignored
        ]
        if len(set(names)) < len(names):
            problems.append(Problem("header", "unique", "a column stands there twice"))
        if problems:
            raise Invalid(f"the columns are not as expected; known are {', '.join(headings)}", *problems)
        return [headings.get(name) for name in names]
