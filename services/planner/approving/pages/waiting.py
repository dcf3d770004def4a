"""The list of what waits for a person: gates, what their team is asked to know, decisions of the closed loop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.planner.acknowledging.asked import asked_of, speaks_for, why_again
from services.planner.agreement.gates import Standing
from services.planner.agreement.sign_off import TeamSignOff
from services.planner.callers import AllCampaigns
from services.planner.campaign import Campaign
from services.planner.lifecycle import ENDED, UNDER_WAY, State
from services.planner.many_campaigns import SeenCampaigns
from services.planner.readiness import Circumstances, gate_standings
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

Agreements = Sequence[tuple[Campaign, Circumstances]]
"""Campaigns, each with the circumstances of its agreement."""
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
    announced, now = await campaigns.agreements(*ANNOUNCED), clock.now()
    shown: dict[str, Any] = {
        "gates": open_gates(visit, campaigns.seen, announced, now),
        "teams": asked_teams(visit, announced),
        "decisions": open_decisions(visit, announced, now),
    }
    return look.page("approving/waiting.html", visit, done=done, known=known, **shown)


def open_gates(visit: Visit, seen: SeenCampaigns, announced: Agreements, now: datetime) -> list[OpenGate]:
    """Returns the gates of all campaigns that wait for what the person may pass, the earliest launch first."""
    found = []
    for campaign, circumstances in announced if any(s.startswith("gates:") for s in visit.person.scopes) else ():
        if campaign.state not in (State.SUBMITTED, State.APPROVED):
            continue
        standing = next_open(gate_standings(campaign, circumstances, now, seen.of(campaign)))
        if standing is not None and f"gates:{standing.gate.code}" in visit.person.scopes:
            found.append(OpenGate(campaign, standing, visit.person.subject in campaign.contributors))
    return sorted(found, key=lambda each: (each.campaign.plan.launch is None, str(each.campaign.plan.launch)))


def asked_teams(visit: Visit, announced: Agreements) -> list[AskedTeam]:
    """Returns what the person's teams are asked to know, of all campaigns that have been announced and not ended."""
    teams = speaks_for(visit.person.scopes)
    found: list[AskedTeam] = []
    for campaign, circumstances in announced if teams else ():
        found += [AskedTeam(campaign, each) for each in asked_of(campaign, circumstances, teams)]
    return found


def open_decisions(visit: Visit, announced: Agreements, now: datetime) -> list[Waiting]:
    """Returns what the closed loop leaves to people, for those who may decide it."""
    if "campaigns:approve" not in visit.person.scopes:
        return []
    return [each for campaign, _ in announced if campaign.state in UNDER_WAY for each in for_decision(campaign, now)]
