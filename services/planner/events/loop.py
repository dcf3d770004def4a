"""Events of what the closed loop does, or a person in its place, and of what it leaves to people."""

from typing import Any

from services.planner.campaign import Campaign, Change
from services.planner.forecast.policy import LOOP
from shared.contracts import CampaignPaused, CampaignSlowed, Contract, LoopTimeEnded, RefitProposed
from shared.contracts.closed_loop import ProposedWave


def proposed(campaign: Campaign, change: Change) -> list[Contract]:
    """Returns the word that the latest proposal waits."""
    proposal = campaign.refits[-1]
    return [
        RefitProposed(
            campaign=campaign.reference,
            number=proposal.number,
            plan_version=proposal.plan_version,
            after_excursion=proposal.excursion,
            waves=tuple(ProposedWave.model_validate(wave.model_dump()) for wave in proposal.waves),
            fewer_letters=proposal.shortfall.fewer_letters if proposal.shortfall else 0,
            author=campaign.author,
            also=campaign.steering.policy.also_tell,
            proposed_by=change.by,
            proposed_at=change.at,
        )
    ]


def time_ended(campaign: Campaign, change: Change) -> list[Contract]:
    """Returns the word that the loop does nothing more before a person decides."""
    steering = campaign.steering
    ended = LoopTimeEnded(
        campaign=campaign.reference,
        since=steering.since or change.at,
        ended_at=steering.acts_until or change.at,
        daily_limit=steering.daily_limit,
        author=campaign.author,
        also=steering.policy.also_tell,
    )
    return [ended]


def slowed(campaign: Campaign, change: Change) -> list[Contract]:
    return [CampaignSlowed(**by_loop(campaign, change), daily_limit=campaign.steering.daily_limit)]


def paused(campaign: Campaign, change: Change) -> list[Contract]:
    return [CampaignPaused(**by_loop(campaign, change))]


def by_loop(campaign: Campaign, change: Change) -> dict[str, Any]:
    """The fields of a decision that may be the closed loop's own."""
    until = campaign.steering.acts_until if change.by == LOOP else None
    return decision(campaign, change) | {"excursion": change.about, "acts_until": until}


def decision(campaign: Campaign, change: Change) -> dict[str, Any]:
    """Returns the fields of every decision."""
    return {
        "campaign": campaign.reference,
        "version": campaign.version,
        "reason": change.reason,
        "decided_by": change.by,
        "decided_at": change.at,
    }
