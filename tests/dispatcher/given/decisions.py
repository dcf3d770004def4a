"""Decisions about the campaign, and the days of its first waves."""

from datetime import timedelta

from shared.contracts import (
    CampaignApproved,
    CampaignLaunched,
)
from tests.dispatcher.given.people import CAMPAIGN
from tests.support.clocks import NOON
from tests.support.samples import sample

WAVES = [{"number": n, "on": f"2026-09-{6 + n:02d}", "size": 20} for n in (1, 2)]
LAUNCH = {"campaign": CAMPAIGN, "reason": "Agreed", "decided_by": "approver-4", "decided_at": "2026-08-24T14:05:30Z"}
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (NOON + timedelta(days=n) for n in (1, 2, 3, 4))


def launched(version: int = 2, plan_version: int = 1) -> CampaignLaunched:
    return CampaignLaunched.model_validate(LAUNCH | {"version": version, "plan_version": plan_version})


def approved(plan_version: int = 1, **changes: object) -> CampaignApproved:
    return sample(CampaignApproved, **{"waves": WAVES, "plan_version": plan_version, **changes})
