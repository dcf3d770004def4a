"""What a load has to remember of the rows before: kept on disk, so that memory does not grow with the file.

Only blind indexes are remembered, in a file that has no name and goes with the process, whatever becomes of it.
"""

import sqlite3
from collections import Counter
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Self

from services.dispatcher.allocation import Place
from shared.errors import Invalid, Problem

MOST_STRATA = 2_000
CACHE = 8_000_000  # bytes kept in memory
SCRATCH = f"""
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA temp_store = MEMORY; PRAGMA cache_size = -{CACHE // 1024};
"""


def scratch(folder: Path, tables: str) -> sqlite3.Connection:
    """A database in a file of `folder` that nobody else can open and that is gone when it is closed."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=folder) as file:
        database = sqlite3.connect(file.name, isolation_level=None)
        database.executescript(SCRATCH + tables)
        database.execute("BEGIN")
    return database


class LoadDesk:
    """Tells whether a customer was there before, and hands out the places in which arms are randomised."""

    TABLES = """
        CREATE TABLE customers (customer BLOB PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE clusters (cluster BLOB PRIMARY KEY, stratum TEXT, number INTEGER) WITHOUT ROWID;
    """

    def __init__(self, folder: Path) -> None:
        self._database = scratch(folder, self.TABLES)
        self.places: Counter[str] = Counter()
        """By stratum, how many customers and clusters there are to be randomised."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def first_of(self, customer: bytes) -> bool:
        """Whether nobody asked for this customer before."""
        added = self._database.execute("INSERT OR IGNORE INTO customers VALUES (?)", (customer,))
        return added.rowcount == 1

    def place(self, stratum: str, cluster: bytes | None) -> Place:
        """The next place of the stratum, or the one that the cluster has already."""
        if cluster is None:
            return self._next(stratum)
        known = self._database.execute("SELECT stratum, number FROM clusters WHERE cluster = ?", (cluster,)).fetchone()
        if known:
            return Place(*known)
        place = self._next(stratum)
        self._database.execute("INSERT INTO clusters VALUES (?, ?, ?)", (cluster, place.stratum, place.number))
        return place

    def _next(self, stratum: str) -> Place:
        if stratum not in self.places and len(self.places) == MOST_STRATA:
            message = f"the strata have more than {MOST_STRATA} values: stratify by fewer or coarser fields"
            raise Invalid(message, Problem("stratum", "too-many", message))
        number = self.places[stratum]
        self.places[stratum] += 1
        return Place(stratum, number)
