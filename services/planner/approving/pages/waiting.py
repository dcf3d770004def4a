"""The list of what waits for a person: gates, what their team is asked to know, decisions of the closed loop."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.planner.acknowledging.asked import asked_of, speaks_for, why_again
from services.planner.agreement.gates import Standing
from services.planner.agreement.sign_off import TeamSignOff
from services.planner.callers import AllCampaigns
from services.planner.campaign import Campaign
from services.planner.lifecycle import ENDED, State
from services.planner.readiness import gate_standings
from services.planner.steering.waiting import Waiting
from services.planner.steering.waiting import waiting as for_decision
from services.planner.tasks.tasks import next_open
from shared.clock import Clock
from shared.values import CampaignReference
from shared.web.dependencies import part
from shared.web.site.look import TheLook
from shared.web.site.visitors import Visit, visiting
from shared.wording import title_of

Reader = Annotated[Visit, Depends(visiting("campaigns:read", "campaigns:approve"))]

ANNOUNCED = tuple(sorted(set(State) - ENDED - {State.DRAFT}, key=list(State).index))
router = APIRouter(prefix="/waiting")


@dataclass(frozen=True, slots=True)
class OpenGate:
    """A gate that waits. `own`: the person had a hand in the plan, so that somebody else has to pass it."""

    campaign: Campaign
    standing: Standing
    own: bool

    @property
    def name(self) -> str:
        return title_of(self.standing.gate.code)

    @property
    def path(self) -> str:
        return f"/waiting/{self.campaign.reference}/{self.standing.gate.code}"


@dataclass(frozen=True, slots=True)
class AskedTeam:
    """A team that has not said that it knows of a campaign."""

    campaign: Campaign
    standing: TeamSignOff

    @property
    def why_again(self) -> str:
        return why_again(self.standing)

    @property
    def path(self) -> str:
        return f"/waiting/{self.campaign.reference}/teams/{self.standing.team}"


@router.get("")
async def waits(
    visit: Reader,
    campaigns: AllCampaigns,
    look: TheLook,
    clock: Annotated[Clock, Depends(part(Clock))],
    done: CampaignReference | None = None,
    known: CampaignReference | None = None,
) -> Response:
    """Shows the gates that the person may pass and that are open, what their team is asked to know, and what the closed
    loop leaves to people."""
    gates, teams = await open_gates(visit, campaigns, clock.now()), await asked_teams(visit, campaigns)
    decisions: list[Waiting] = []
    if "campaigns:approve" in visit.person.scopes:
        under_way = await campaigns.under_way()
        decisions = [each for campaign in under_way for each in for_decision(campaign, clock.now())]
    return look.page(
        "approving/waiting.html", visit, gates=gates, teams=teams, decisions=decisions, done=done, known=known
    )


async def open_gates(visit: Visit, campaigns: AllCampaigns, now: datetime) -> list[OpenGate]:
    """Returns the gates of all campaigns that wait for what the person may pass, the earliest launch first."""
    found = []
    for campaign, circumstances in await campaigns.agreements(State.SUBMITTED, State.APPROVED):
        standing = next_open(gate_standings(campaign, circumstances, now, campaigns.seen.of(campaign)))
        if standing is not None and f"gates:{standing.gate.code}" in visit.person.scopes:
            found.append(OpenGate(campaign, standing, visit.person.subject in campaign.contributors))
    return sorted(found, key=lambda each: (each.campaign.plan.launch is None, str(each.campaign.plan.launch)))


async def asked_teams(visit: Visit, campaigns: AllCampaigns) -> list[AskedTeam]:
    """Returns what the person's teams are asked to know, of all campaigns that have been announced and not ended."""
    teams = speaks_for(visit.person.scopes)
    found: list[AskedTeam] = []
    for campaign, circumstances in await campaigns.agreements(*ANNOUNCED) if teams else ():
        found += [AskedTeam(campaign, each) for each in asked_of(campaign, circumstances, teams)]
    return found
