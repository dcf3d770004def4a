"""The list of what waits for an approver."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.planner.agreement.gates import Standing
from services.planner.callers import AllCampaigns
from services.planner.campaign import Campaign
from services.planner.lifecycle import State
from services.planner.readiness import gate_standings
from services.planner.tasks.tasks import gate_name, next_open
from services.planner.waiting import Waiting
from services.planner.waiting import waiting as for_decision
from shared.clock import Clock
from shared.values import CampaignReference
from shared.web.dependencies import part
from shared.web.site.look import TheLook
from shared.web.site.visitors import Visit, visiting

Reader = Annotated[Visit, Depends(visiting("campaigns:read", "campaigns:approve"))]

router = APIRouter(prefix="/waiting")


@dataclass(frozen=True, slots=True)
class OpenGate:
    """A gate that waits. `own`: the person had a hand in the plan, so that somebody else has to pass it."""

    campaign: Campaign
    standing: Standing
    own: bool

    @property
    def name(self) -> str:
        return gate_name(self.standing.gate.code)

    @property
    def path(self) -> str:
        return f"/waiting/{self.campaign.reference}/{self.standing.gate.code}"


@router.get("")
async def waits(
    visit: Reader,
    campaigns: AllCampaigns,
    look: TheLook,
    clock: Annotated[Clock, Depends(part(Clock))],
    done: CampaignReference | None = None,
) -> Response:
    """Shows the gates that the person may pass and that are open, and what the closed loop leaves to people."""
    gates = await open_gates(visit, campaigns)
    decisions: list[Waiting] = []
    if "campaigns:approve" in visit.person.scopes:
        under_way = await campaigns.under_way()
        decisions = [each for campaign in under_way for each in for_decision(campaign, clock.now())]
    return look.page("approving/waiting.html", visit, gates=gates, decisions=decisions, done=done)


async def open_gates(visit: Visit, campaigns: AllCampaigns) -> list[OpenGate]:
    """Returns the gates of all campaigns that wait for what the person may pass, the earliest launch first."""
    found = []
    for summary in [*await campaigns.all(State.SUBMITTED), *await campaigns.all(State.APPROVED)]:
        campaign, circumstances, now = await campaigns.with_circumstances(summary.reference)
        standing = next_open(gate_standings(campaign, circumstances, now.at))
        if standing is not None and f"gates:{standing.gate.code}" in visit.person.scopes:
            found.append(OpenGate(campaign, standing, visit.person.subject in campaign.contributors))
    return sorted(found, key=lambda each: (each.campaign.plan.launch is None, str(each.campaign.plan.launch)))
