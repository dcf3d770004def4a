"""The strip of the desk: how a campaign goes, in a line that a call handler can take in while somebody speaks."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from services.intake.campaigns.campaign import KnownCampaign
from services.intake.contacts.watch import Standing
from shared.values import CampaignReference, Instant, Value

IN_WORDS = {
    Standing.WITHIN: "calls are as expected",
    Standing.EXCEEDED: "more calls than expected",
    Standing.BELOW: "fewer calls than expected",
}


class Strip(Value):
    """The state of one campaign: whether its letters are paused, and its contacts against the forecast. `calls` is a
    phrase of `IN_WORDS`, empty where nothing is forecast."""

    campaign: CampaignReference
    title: str
    paused_at: Instant | None = None
    paused_today: bool = False
    calls: str = ""
    busy: bool = False


def strips(campaigns: Sequence[KnownCampaign], standing: Mapping[str, Standing], today: date) -> list[Strip]:
    """Returns the campaigns that bring calls today or are paused, the busy ones first. `standing` is by campaign."""
    found = [
        _strip(campaign, standing.get(campaign.reference), today)
        for campaign in campaigns
        if campaign.reference in standing or campaign.paused_at is not None
    ]
    return sorted(found, key=lambda strip: (not strip.busy, strip.campaign))


def _strip(campaign: KnownCampaign, standing: Standing | None, today: date) -> Strip:
    paused: datetime | None = campaign.paused_at
    return Strip(
        campaign=campaign.reference,
        title=campaign.title,
        paused_at=paused,
        paused_today=paused is not None and paused.date() == today,
        calls=IN_WORDS[standing] if standing else "",
        busy=paused is not None or standing is Standing.EXCEEDED,
    )
