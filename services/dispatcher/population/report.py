"""Report of a population file: its rows by what became of them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.dispatcher.customers.customer import Recipient, Rejection
from services.dispatcher.schedule.allocation import Eligible, Place
from shared.contracts import PopulationLoaded
from shared.contracts.base import tallies
from shared.contracts.populations import Stratum


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer of the file; either the reason why they are not written to, or the place where they are randomised.

    `index` is the blind index that the customer is found by again.
    """

    recipient: Recipient
    index: bytes
    suppressed: str | None = None
    place: Place | None = None


EXAMPLES = 5


@dataclass
class LoadReport:
    """Counted while the file is read: `rows` = the sum of `rejected` + the sum of `suppressed` + `eligible`."""

    load: str
    sent_by: str
    rows: int = 0
    sha256: str = ""
    rejected: Counter[str] = field(default_factory=Counter)
    suppressed: Counter[str] = field(default_factory=Counter)
    strata: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[int]] = field(default_factory=dict)
    """The first rows of each reason."""

    @property
    def eligible(self) -> int:
        return self.strata.total()

    def count(self, block: list[Candidate | Rejection]) -> None:
        self.rows += len(block)
        for item in block:
            if isinstance(item, Rejection):
                reason = f"{item.field}-{item.reason}".replace("_", "-")
                self.rejected[reason] += 1
                self._example(reason, item.row)
            elif item.suppressed:
                self.suppressed[item.suppressed] += 1
                self._example(item.suppressed, item.recipient.row)
            else:
                self.strata[item.recipient.customer.stratum] += 1

    def rows_of(self, reason: str) -> str:
        """Returns the first rows of a reason, as a message names them."""
        return ", ".join(map(str, self.examples.get(reason, ())))

    def _example(self, reason: str, row: int) -> None:
        rows = self.examples.setdefault(reason, [])
        if len(rows) < EXAMPLES:
            rows.append(row)

    def withdraw(self, customer: Eligible, reason: str, place_is_empty: bool) -> None:
        """A customer who was to be randomised is not written to after all."""
        self.suppressed[reason] += 1
        self.strata[customer.stratum] -= 1
        self.places[customer.place.stratum] -= place_is_empty
        self.strata, self.places = +self.strata, +self.places

    def event(self, campaign: str, at: datetime) -> PopulationLoaded:
        return PopulationLoaded(
            campaign=campaign,
            load=self.load,
            sha256=self.sha256,
            rows=self.rows,
            rejected=tallies(self.rejected),
            suppressed=tallies(self.suppressed),
            eligible=self.eligible,
            strata=tuple(
                Stratum(code=code, count=count, randomised=self.places[code])
                for code, count in sorted(self.strata.items())
            ),
            loaded_at=at,
        )


def asked(campaign: str, report: LoadReport) -> dict[str, Any]:
    """Returns the trail's details of a load: the file's digest, and counts alone."""
    return {
        "campaign": campaign,
        "load": report.load,
        "sha256": report.sha256,
        "rows": report.rows,
        "rejected": report.rejected.total(),
        "suppressed": report.suppressed.total(),
        "eligible": report.eligible,
    }
