"""Memory of the rows before, kept on disk, so that a load's memory does not grow with the file.

Only blind indexes are kept, in a file that has no name and goes with the process.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, Self

from services.dispatcher.files.scratch import scratch
from services.dispatcher.schedule.allocation import Place
from shared.errors import Invalid, Problem

MOST_STRATA = 2_000


class Earlier(NamedTuple):
    """The row where a customer stood first, and the language that it says."""

    row: int
    language: str


class RowMemory:
    """Tells where a customer was before, and hands out the places in which arms are randomised."""

    TABLES = """
        CREATE TABLE customers (customer BLOB PRIMARY KEY, row INTEGER, language TEXT) WITHOUT ROWID;
        CREATE TABLE clusters (cluster BLOB PRIMARY KEY, stratum TEXT, number INTEGER, members INTEGER) WITHOUT ROWID;
        CREATE TABLE noted (customer BLOB, reason TEXT, PRIMARY KEY (customer, reason)) WITHOUT ROWID;
        CREATE TABLE told (row INTEGER, reason TEXT, PRIMARY KEY (row, reason)) WITHOUT ROWID;
    """
    BY_PLACE = "CREATE INDEX places ON clusters (stratum, number)"
    OF_PLACE = "SELECT cluster, members FROM clusters WHERE stratum = ? AND number = ?"

    def __init__(self, folder: Path) -> None:
        self._database = scratch(folder, self.TABLES)
        self._notes = False
        self.places: Counter[str] = Counter()
        """Number of customers and clusters to be randomised, by stratum."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def earlier(self, customer: bytes, row: int, language: str = "en") -> Earlier | None:
        """The row where this customer stood first; None where that is this one."""
        added = self._database.execute("INSERT OR IGNORE INTO customers VALUES (?, ?, ?)", (customer, row, language))
        if added.rowcount == 1:
            return None
        found = self._database.execute("SELECT row, language FROM customers WHERE customer = ?", (customer,)).fetchone()
        return Earlier(*found)

    def note(self, customer: bytes, reason: str) -> None:
        """Notes a reason to suppress the customer, in all their rows."""
        first = self._database.execute("SELECT row FROM customers WHERE customer = ?", (customer,)).fetchone()
        if first:
            self.tell(int(first[0]), reason)
        self._database.execute("INSERT OR IGNORE INTO noted VALUES (?, ?)", (customer, reason))
        self._notes = True

    def noted(self, customer: bytes) -> list[str]:
        if not self._notes:
            return []
        found = self._database.execute("SELECT reason FROM noted WHERE customer = ?", (customer,))
        return [reason for (reason,) in found]

    def tell(self, row: int, reason: str) -> None:
        """A later row says of the customer of this one why they must not be written to."""
        self._database.execute("INSERT OR IGNORE INTO told VALUES (?, ?)", (row, reason))

    def told(self, block: int) -> Iterator[dict[int, list[str]]]:
        """Yields the reasons that later rows gave, by row; those of one block of so many rows together."""
        if self._database.execute("SELECT 1 FROM told LIMIT 1").fetchone():
            self._database.execute(self.BY_PLACE)
        said = self._database.execute("SELECT row, reason FROM told ORDER BY row")
        for _, rows in groupby(said, lambda found: (found[0] - 1) // block):
            yield {row: [reason for _, reason in found] for row, found in groupby(rows, lambda found: int(found[0]))}

    def place(self, stratum: str, cluster: bytes | None) -> Place:
        """The next place of the stratum, or the one that the cluster has already."""
        if cluster is None:
            return self._next(stratum)
        known = self._database.execute("SELECT stratum, number FROM clusters WHERE cluster = ?", (cluster,)).fetchone()
        if known:
            self._database.execute("UPDATE clusters SET members = members + 1 WHERE cluster = ?", (cluster,))
            return Place(*known)
        place = self._next(stratum)
        self._database.execute("INSERT INTO clusters VALUES (?, ?, ?, 1)", (cluster, place.stratum, place.number))
        return place

    def leave(self, place: Place) -> bool:
        """Takes one customer out of the place. Returns whether the place is empty now; it is never given to another
        customer."""
        found = self._database.execute(self.OF_PLACE, (place.stratum, place.number)).fetchone()
        if not found:
            return True
        self._database.execute("UPDATE clusters SET members = members - 1 WHERE cluster = ?", (found[0],))
        return bool(found[1] == 1)

    def _next(self, stratum: str) -> Place:
        if stratum not in self.places and len(self.places) == MOST_STRATA:
            message = f"the strata have more than {MOST_STRATA} values: stratify by fewer or coarser fields"
            raise Invalid(message, Problem("stratum", "too-many", message))
        number = self.places[stratum]
        self.places[stratum] += 1
        return Place(stratum, number)
