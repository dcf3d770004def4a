"""Volumes: how many contacts there were, by campaign, arm, team, reason and quarter of an hour."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from services.intake.contacts.contact import Contact
from shared.errors import Invalid, Problem
from shared.values import CampaignReference, Code, Count, Instant, Value

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


class CampaignVolume(Value):
    """A count of contacts of one campaign and team in a quarter of an hour; without a campaign those about letters that
    nobody knows."""

    campaign: CampaignReference | None
    team: Code
    quarter: Instant
    contacts: Count


def quarter_of(instant: datetime) -> datetime:
    """Returns the beginning of the quarter of an hour, in UTC."""
    instant = instant.astimezone(UTC)
    return instant - timedelta(minutes=instant.minute % 15, seconds=instant.second, microseconds=instant.microsecond)


def expect_quarters(since: datetime | None, until: datetime | None) -> None:
    """Raises `Invalid` for a time between two quarters of an hour, whose contacts are counted together, and for a
    beginning that is not before the end."""
    for field, instant in (("query.since", since), ("query.until", until)):
        if instant is not None and instant != quarter_of(instant):
            message = "contacts are counted by the quarter of an hour: ask from :00, :15, :30 or :45"
            raise Invalid(message, Problem(field, "quarter", message))
    if since is not None and until is not None and since >= until:
        message = "since is not before until: nothing lies between them"
        raise Invalid(message, Problem("query.since", "order", message))


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
