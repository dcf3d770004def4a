"""Decisions that the closed loop leaves to a person: about proposals, and campaigns on which its time has ended."""

from datetime import datetime
from typing import Literal

from services.planner.campaign import Campaign
from services.planner.forecast.refits.proposal import RefitProposal
from shared.clock import LONDON
from shared.values import CampaignReference, Code, Instant, Number, OfficialText, Title, Value


class Waiting(Value):
    """Something that waits for a decision, since `since`. `number` is that of a proposal; `says` is it in words."""

    campaign: CampaignReference
    title: Title
    kind: Literal["refit", "loop-time-ended"]
    number: Number | None = None
    since: Instant
    author: Code
    says: tuple[OfficialText, ...] = ()


def waiting(campaign: Campaign, now: datetime) -> list[Waiting]:
    """Returns what waits for a decision about a campaign that is live or paused."""
    of = {"campaign": campaign.reference, "title": campaign.plan.title, "author": campaign.author}
    found = [
        Waiting.model_validate({**of, "kind": "refit", "number": each.number, "since": each.at, "says": each.says})
        for each in _open(campaign)
    ]
    since, ended = campaign.steering.since, campaign.steering.acts_until
    if since is not None and ended is not None and now > ended:
        when = f"{since.astimezone(LONDON):%d %B %Y, %H:%M %Z}"
        says = (f"the closed loop has acted by itself since {when}, for as long as it may",)
        found.append(Waiting.model_validate({**of, "kind": "loop-time-ended", "since": ended, "says": says}))
    return found


def _open(campaign: Campaign) -> list[RefitProposal]:
    """Returns the latest proposal, if it is for the plan as it is and nobody has decided about it."""
    latest = campaign.refits[-1:]
    return [each for each in latest if each.decision is None and each.plan_version == campaign.plan_version]
