"""Index of suppressed and contacted customers of one process: on disk, by blind index, in memory that does not grow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.dispatcher.files.scratch import scratch
from services.dispatcher.suppression.rules import RECENTLY_CONTACTED
from services.dispatcher.suppression.window import ContactWindow

FOR_EVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class SuppressionEntry:
    """A line of a suppression list: `since` and `until` are the first and last day, as in 2026-09-07."""

    customer: bytes
    reason: str
    since: str
    until: str = FOR_EVER


@dataclass(frozen=True, slots=True)
class KnownOf:
    """`listed`: version, reason, first and last day; `contacted`: campaign and day."""

    listed: Sequence[tuple[str, str, str, str]]
    contacted: Sequence[tuple[str, str]]


class SuppressionIndex:
    """`lists`: the versions of suppression lists that it knows."""

    TABLES = """
        CREATE TABLE listed (customer BLOB, version TEXT, reason TEXT, since TEXT, until TEXT,
            PRIMARY KEY (customer, version, reason, since, until)) WITHOUT ROWID;
        CREATE TABLE contacted (customer BLOB, campaign TEXT, day TEXT,
            PRIMARY KEY (customer, campaign, day)) WITHOUT ROWID;
    """
    LISTED = "SELECT DISTINCT reason FROM listed WHERE customer = ? AND since <= ? AND until >= ?"
    CONTACTED = "SELECT 1 FROM contacted WHERE customer = ? AND campaign <> ? AND day > ? LIMIT 1"

    def __init__(self, folder: Path) -> None:
        self._database = scratch(folder, self.TABLES)
        self.lists: set[str] = set()
        self._contacting = set[str]()

    def close(self) -> None:
        self._database.close()

    def add(self, version: str, entries: Iterable[SuppressionEntry]) -> None:
        rows = ((e.customer, version, e.reason, e.since, e.until) for e in entries)
        self._database.executemany("INSERT OR IGNORE INTO listed VALUES (?, ?, ?, ?, ?)", rows)

    def drop(self, version: str) -> None:
        self._database.execute("DELETE FROM listed WHERE version = ?", (version,))
        self.lists.discard(version)

    def note_contacted(self, campaign: str, day: str, customers: Iterable[bytes]) -> None:
        rows = ((customer, campaign, day) for customer in customers)
        self._database.executemany("INSERT OR IGNORE INTO contacted VALUES (?, ?, ?)", rows)
        self._contacting.add(campaign)

    def about(self, customer: bytes) -> KnownOf:
        """Returns everything known of one customer, whatever its days."""
        listed = self._database.execute(
            "SELECT version, reason, since, until FROM listed WHERE customer = ?", (customer,)
        )
        contacted = self._database.execute("SELECT campaign, day FROM contacted WHERE customer = ?", (customer,))
        return KnownOf(listed.fetchall(), contacted.fetchall())

    def reasons(self, leaving: ContactWindow, customers: Sequence[bytes]) -> dict[bytes, list[str]]:
        """Returns the reasons for those of `customers` who are left alone."""
        found = {customer: self._reasons(leaving, customer) for customer in customers}
        return {customer: reasons for customer, reasons in found.items() if reasons}

    def contacted(self, leaving: ContactWindow, customers: Sequence[bytes]) -> bool:
        """Returns whether any of `customers` was contacted by another campaign, recently enough to be left alone."""
        return any(self._contacted(leaving, customer) for customer in customers)

    def _reasons(self, leaving: ContactWindow, customer: bytes) -> list[str]:
        day, reasons = leaving.day.isoformat(), list[str]()
        if self.lists:
            reasons = [reason for (reason,) in self._database.execute(self.LISTED, (customer, day, day))]
        return [*reasons, RECENTLY_CONTACTED] if self._contacted(leaving, customer) else reasons

    def _contacted(self, leaving: ContactWindow, customer: bytes) -> bool:
        if not self._contacting - {leaving.campaign}:
            return False
        since = (customer, leaving.campaign, leaving.contacted_since.isoformat())
        return self._database.execute(self.CONTACTED, since).fetchone() is not None
