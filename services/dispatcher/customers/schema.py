"""Meaning of the columns of a campaign's population file: declared for the campaign, or as described here."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from services.dispatcher.customers.agent import AGENT_FIELDS
from services.dispatcher.customers.reference import ReferenceRule
from shared.errors import Invalid, Problem
from shared.reading.csv_lines import separator
from shared.reading.text import heading
from shared.values import Value

NEEDED = ("customer_reference", "name")
FIELDS = (
    "customer_reference", "name", "address_1", "address_2", "address_3", "address_4", "postcode", "email", "phone",
    "language", "format", "flags", "cluster", "stratum", *AGENT_FIELDS,
)  # fmt: skip
BY_DEFAULT = ("customer_reference", "name", "address_1", "postcode")
"""The columns that a file needs when nothing else is declared: those of a letter."""
UNHEADED = ""
"""Stands for the field of a column without a heading: every row leaves it empty."""

Field_ = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
Column = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[^=+\-@\s\x00-\x1f\x7f][^\x00-\x1f\x7f]{0,59}$")
]
"""A column's heading. It begins with no sign that a spreadsheet would take for a formula in a report."""
Ignored = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
"""Any heading that a file can have, the empty one included."""


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
    ignored: tuple[Ignored, ...] = Field(default=(), max_length=100)
    recently_contacted_days: int | None = Field(default=None, ge=0, le=730)

    @model_validator(mode="after")
    def _hangs_together(self) -> "PopulationSchema":
        unknown = (set(self.columns) | set(self.required)) - set(self.fields)
        if unknown:
            raise ValueError("columns and required have names of fields that dispatcher or the strata know")
        if "stratum" in self.strata or set(self.strata) & set(NEEDED):
            raise ValueError("a stratum is made neither of customer_reference nor of name nor of stratum itself")
        headings = [heading(each) for each in (*map(self._heading, self.fields), *self.ignored)]
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
        return {heading(self._heading(name)): name for name in self.fields}

    def _heading(self, name: str) -> str:
        return self.columns.get(name, name)

    @property
    def needed(self) -> frozenset[str]:
        """Fields that the file must have a column for."""
        return frozenset((*NEEDED, *self.strata, *(self.required or BY_DEFAULT)))

    @property
    def passed_over(self) -> frozenset[str]:
        """Headings of columns that are not kept, in small letters."""
        return frozenset(heading(each) for each in self.ignored)

    def layout(self, header: list[str]) -> list[str | None]:
        """Returns the field of each column: None where it is ignored, `UNHEADED` at the end where it has no heading.

        Raises `Invalid` with all that is wrong.
        """
        names = [heading(name) for name in header]
        while names and not names[-1] and "" not in self.passed_over:
            names.pop()
        problems = list(self._problems(names, header))
        if problems:
            message = f"the columns are not as expected; known are {', '.join(self.headings)}"
            raise Invalid(message, *problems)
        return [*(self.headings.get(name) for name in names), *[UNHEADED] * (len(header) - len(names))]

    def _problems(self, names: list[str], header: list[str]) -> Iterator[Problem]:
        headings = self.headings
        if len(header) == 1 and (between := separator(header[0])):
            message = f"the columns are separated by {between}: save the file as CSV with commas"
            yield Problem("header", "separator", message)
            return
        for known, name in headings.items():
            if name in self.needed and known not in names:
                yield Problem(known, "missing-column", "this column is needed")
        # by its place: in a file without a header the first row is somebody's data
        for place, name in enumerate(names, start=1):
            if name not in headings and name not in self.passed_over:
                yield Problem(f"column.{place}", "unknown-column", "not a known column: declare it in ignored")
        kept = [name for name in names if name not in self.passed_over]
        if len(set(kept)) < len(kept):
            yield Problem("header", "unique", "a column stands there twice")
