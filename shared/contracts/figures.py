"""Events of planner about figures that have turned out otherwise than they were planned."""

from typing import ClassVar

from shared.contracts.base import CampaignContract
from shared.contracts.schedules import ExpectedContacts, Wave
from shared.values import Count, Instant, Number, OfficialText


class FiguresChanged(CampaignContract):
    """The population has more or fewer customers than were planned, by less than would re-open a gate: what was agreed
    holds, and these are the figures to work with. `customers` may be written to, controls among them, where `planned`
    were expected; `waves` are all waves. `version` puts the events about one campaign in order.
    """

    event_type: ClassVar[str] = "figures.changed.v1"
    version: Number
    plan_version: Number
    reason: OfficialText
    planned: Count
    customers: Count
    waves: tuple[Wave, ...]
    expected_contacts: tuple[ExpectedContacts, ...] = ()
    changed_at: Instant
