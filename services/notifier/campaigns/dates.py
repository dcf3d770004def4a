"""Keys of a plan's dates: the launch, each wave, and the day by which customers are asked to act."""

from collections.abc import Sequence
from datetime import date

from shared.contracts import CampaignAmended, CampaignApproved
from shared.contracts.schedules import Wave

LAUNCH, RESPOND_BY, WAVE = "launch", "respond-by", "wave-"


def plan_dates(plan: CampaignApproved | CampaignAmended) -> dict[str, date]:
    """Returns the dates of a plan by key."""
    dates = {LAUNCH: plan.launch, **wave_dates(plan.waves)}
    return dates | {RESPOND_BY: plan.respond_by} if plan.respond_by else dates


def wave_dates(waves: Sequence[Wave]) -> dict[str, date]:
    return {f"{WAVE}{wave.number}": wave.on for wave in waves}


def wave_of(key: str) -> int | None:
    """Returns the wave that a key names; None for another date."""
    return int(key.removeprefix(WAVE)) if key.startswith(WAVE) else None
