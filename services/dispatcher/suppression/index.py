"""Index of the customers of suppression lists in one process: on disk, by blind index, in memory that does not grow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.dispatcher.files.scratch import scratch

FOR_EVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class SuppressionEntry:
    """A line of a suppression list: `since` and `until` are the first and last day, as in 2026-09-07."""

    customer: bytes
    reason: str
    since: str
    until: str = FOR_EVER


class SuppressionIndex:
    """`lists`: the versions of suppression lists that it knows."""

    TABLES = """
        CREATE TABLE listed (customer BLOB, version TEXT, reason TEXT, since TEXT, until TEXT,
            PRIMARY KEY (customer, version, reason, since, until)) WITHOUT ROWID;
    """
    LISTED = "SELECT DISTINCT reason FROM listed WHERE customer = ? AND since <= ? AND until >= ?"

    def __init__(self, folder: Path) -> None:
        self._database = scratch(folder, self.TABLES)
        self.lists: set[str] = set()

    def close(self) -> None:
        self._database.close()

    def add(self, version: str, entries: Iterable[SuppressionEntry]) -> None:
        rows = ((e.customer, version, e.reason, e.since, e.until) for e in entries)
        self._database.executemany("INSERT OR IGNORE INTO listed VALUES (?, ?, ?, ?, ?)", rows)

    def drop(self, version: str) -> None:
        self._database.execute("DELETE FROM listed WHERE version = ?", (version,))
        self.lists.discard(version)

    def about(self, customer: bytes) -> list[tuple[str, str, str, str]]:
        """Returns every entry about one customer, whatever its days: version, reason, first and last day."""
        found = self._database.execute(
            "SELECT version, reason, since, until FROM listed WHERE customer = ?", (customer,)
        )
        return found.fetchall()

    def reasons(self, day: date, customers: Sequence[bytes]) -> dict[bytes, list[str]]:
        """Returns the reasons for those of `customers` who are listed on that day."""
        if not self.lists:
            return {}
        found = {customer: self._reasons(day.isoformat(), customer) for customer in customers}
        return {customer: reasons for customer, reasons in found.items() if reasons}

    def _reasons(self, day: str, customer: bytes) -> list[str]:
        return [reason for (reason,) in self._database.execute(self.LISTED, (customer, day, day))]
