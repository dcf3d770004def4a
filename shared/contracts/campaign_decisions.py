"""Decisions that hold a campaign up, let it go on, or end it."""

from typing import ClassVar

from shared.contracts.base import CampaignContract
from shared.contracts.schedules import ExpectedContacts, Wave
from shared.values import Code, Identifier, Instant, Number, OfficialText


class CampaignDecision(CampaignContract):
    """Somebody decided what becomes of a campaign. `version` puts the decisions about one campaign in order."""

    reason: OfficialText
    decided_by: Code
    decided_at: Instant
    version: Number


class LoopDecision(CampaignDecision):
    """A decision that the closed loop may take too. `excursion` is the one of contact volumes that led to it, where it
    was no person's own decision; `acts_until` is then when the loop has acted by itself for as long as it may.
    """

    excursion: Identifier | None = None
    acts_until: Instant | None = None


class CampaignPaused(LoopDecision):
    """Stop issuing within the chunk in hand, until resumed."""

    event_type: ClassVar[str] = "campaign.paused.v1"
    urgent: ClassVar[bool] = True


class CampaignSlowed(LoopDecision):
    """Issue at most `daily_limit` communications a day, from the next chunk on; without one, as planned again."""

    event_type: ClassVar[str] = "campaign.slowed.v1"
    urgent: ClassVar[bool] = True
    daily_limit: Number | None = None


class CampaignResumed(LoopDecision):
    """Go on issuing where it stopped, by the plan version named. `waves` are those still to come, on the days on which
    they do come, and `expected_contacts` all contacts, of waves that are out as well.
    """

    event_type: ClassVar[str] = "campaign.resumed.v1"
    plan_version: Number
    waves: tuple[Wave, ...] = ()
    expected_contacts: tuple[ExpectedContacts, ...] = ()


class CampaignStopped(CampaignDecision):
    """Stop issuing within the chunk in hand, for good."""

    event_type: ClassVar[str] = "campaign.stopped.v1"
    urgent: ClassVar[bool] = True


class CampaignCompleted(CampaignDecision):
    """Every communication has been issued and the campaign is closed."""

    event_type: ClassVar[str] = "campaign.completed.v1"
