"""Stakeholder teams over HTTP: their briefing and their acknowledgements. Speaking for the team X needs `teams:X`."""

from datetime import datetime

from fastapi import APIRouter, Response

from services.planner.agreement.sign_off import Briefing, Told
from services.planner.callers import AllCampaigns, Anybody, MustHaveSeen, tagged
from services.planner.campaign import Campaign
from services.planner.decisions.brief import acknowledge
from services.planner.forecast.forecast import forecast
from services.planner.forecast.schedule.going_out import as_sizes, waves_to_come
from services.planner.lifecycle import State
from services.planner.readiness import Circumstances, team_sign_offs
from shared.clock import LONDON
from shared.contracts.schedules import ExpectedContacts
from shared.values import CampaignReference, Code

router = APIRouter(prefix="/v1/campaigns/{reference}/stakeholders", tags=["stakeholders"])


@router.get("")
async def briefing(reference: CampaignReference, _caller: Anybody, campaigns: AllCampaigns) -> Briefing:
    """Returns the expected contacts by day, the lines to take in force, the launch date, and how each team stands to
    them.
    """
    campaign, circumstances, now = await campaigns.with_circumstances(reference)
    return Briefing(
        plan_version=campaign.plan_version,
        launch=campaign.plan.launch,
        lines_to_take=campaign.lines_version,
        expected_contacts=_expected(campaign, circumstances, now.at),
        teams=team_sign_offs(campaign, circumstances),
    )


@router.post("/{team}/acknowledgement")
async def say_that_it_knows(
    reference: CampaignReference,
    team: Code,
    caller: Anybody,
    campaigns: AllCampaigns,
    seen: MustHaveSeen,
    response: Response,
) -> Campaign:
    """Acknowledges the present briefing, for a team."""
    caller.expect(f"teams:{team}")

    changed = await campaigns.change(
        reference,
        seen,
        caller.subject,
        lambda c, act, circumstances: acknowledge(
            c, team, Told(plan_version=c.plan_version, lines_to_take=c.lines_version, at=act.at), act, circumstances
        ),
    )
    return tagged(changed, response)


def _expected(campaign: Campaign, circumstances: Circumstances, at: datetime) -> tuple[ExpectedContacts, ...]:
    """Returns the contacts by day of the waves as they go out: by the population, and by the days that are left."""
    begun = at.astimezone(LONDON).date() if campaign.state in (State.LIVE, State.PAUSED) else None
    waves = waves_to_come(campaign.plan, campaign.eligible, circumstances.started, begun)
    return forecast(campaign.plan, as_sizes(circumstances.started, waves))
