"""Campaigns as the press office sees them: those that are live or coming, with their media lines and embargoes."""

from collections.abc import Sequence
from datetime import date, datetime

from services.planner.campaign import Campaign
from services.planner.lifecycle import State
from shared.values import CampaignReference, Count, Instant, OfficialText, Value

SHOWN = (State.LIVE, State.PAUSED, State.APPROVED, State.SUBMITTED)
"""States in which the press office wants to know of a campaign, in the order in which they are shown."""


class MediaLineNow(Value):
    """A media line, and the time before which nobody says it; None once it may be said."""

    body: OfficialText
    language: str
    embargoed_until: Instant | None


class PressEntry(Value):
    """A campaign for the press office; without lines where none are agreed."""

    reference: CampaignReference
    title: str
    state: State
    launch: date | None
    customers: Count | None
    purpose: OfficialText
    lines: tuple[MediaLineNow, ...]


def press_entries(campaigns: Sequence[Campaign], now: datetime) -> list[PressEntry]:
    """Returns the campaigns that are live, then those that are coming, each by their launch."""
    shown = [campaign for campaign in campaigns if campaign.state in SHOWN]
    shown.sort(key=lambda each: (SHOWN.index(each.state), each.plan.launch or date.max, each.reference))
    return [_entry(campaign, now) for campaign in shown]


def _entry(campaign: Campaign, now: datetime) -> PressEntry:
    media = campaign.published.words.media if campaign.published else ()
    plan = campaign.plan
    return PressEntry(
        reference=campaign.reference,
        title=plan.title,
        state=campaign.state,
        launch=plan.launch,
        customers=plan.customers,
        purpose=plan.purpose,
        lines=tuple(
            MediaLineNow(
                body=line.body,
                language=line.language,
                embargoed_until=line.embargo if line.embargo and line.embargo > now else None,
            )
            for line in media
        ),
    )
