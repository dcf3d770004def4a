"""Volumes: how many contacts there were, by campaign, arm, team, reason and quarter of an hour."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from services.intake.contacts.contact import Contact
from shared.values import Count, Instant, Value

UNKNOWN = "none"
"""The campaign and the arm of an unknown letter."""
Grouping = Literal["arm", "team", "reason", "quarter"]


class Cell(NamedTuple):
    """The contacts that are counted together. `quarter` is when the quarter of an hour began in which the customer got
    in touch."""

    campaign: str
    arm: str
    team: str
    reason: str
    quarter: datetime


class Volume(Value):
    """A count of contacts. Fields that were not asked for in `by` are absent."""

    arm: str | None = None
    team: str | None = None
    reason: str | None = None
    quarter: Instant | None = None
    contacts: Count


def quarter_of(instant: datetime) -> datetime:
    """Returns the beginning of the quarter of an hour, in UTC."""
    instant = instant.astimezone(UTC)
    return instant - timedelta(minutes=instant.minute % 15, seconds=instant.second, microseconds=instant.microsecond)


def cell_of(contact: Contact) -> Cell:
    report = contact.report
    return Cell(
        contact.campaign or UNKNOWN, contact.arm or UNKNOWN, contact.team, report.reason, quarter_of(report.received_at)
    )


def counted(contacts: Iterable[Contact]) -> Counter[Cell]:
    return Counter(cell_of(contact) for contact in contacts)


def moved(before: Contact, after: Contact) -> Counter[Cell]:
    """Returns the changes of the counts by a change of a contact; a void one counts for nothing."""
    change: Counter[Cell] = Counter()
    for contact, sign in ((before, -1), (after, 1)):
        if not contact.void:
            change[cell_of(contact)] += sign
    return Counter({cell: count for cell, count in change.items() if count})
