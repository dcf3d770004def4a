"""Acknowledgement over HTTP by a team's own system, and what waits for an answer. Links lead to `pages`."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.notifier.acknowledgements.acknowledgement import Acknowledgements
from services.notifier.acknowledgements.waiting import Waiting
from services.notifier.notices.ask import Ask
from shared.errors import Forbidden
from shared.principal import Principal
from shared.values import CampaignReference, Code, Identifier
from shared.web.callers.access import allowed
from shared.web.dependencies import part

Acknowledger = Annotated[Principal, Depends(allowed("notices:acknowledge"))]
Waiter = Annotated[Principal, Depends(allowed("notices:read", "notices:acknowledge"))]
Service = Annotated[Acknowledgements, Depends(part(Acknowledgements))]

router = APIRouter(tags=["acknowledgement"])


@router.get("/v1/waiting")
async def what_waits(
    caller: Waiter, service: Service, campaign: CampaignReference | None = None, team: Code | None = None
) -> list[Waiting]:
    """Returns who owes an answer, what is asked, since when and until when, the longest first. A team's own key shows
    what its teams owe.
    """
    found = await service.waiting(campaign, team)
    everything = "notices:read" in caller.scopes
    return [each for each in found if everything or f"teams:{each.team}" in caller.scopes]


@router.post("/v1/notices/{notice_id}/acknowledgement")
async def acknowledge_as(notice_id: Identifier, caller: Acknowledger, service: Service) -> Ask:
    """Acknowledges as a team's own system or person, whose key has the scope `teams:<code>` of the notice's team. The
    first answer stays; asked again, it is given again.
    """
    notice, _ = await service.asked(notice_id)
    if f"teams:{notice.team}" not in caller.scopes:
        raise Forbidden(f"this notice is for another team: it needs the scope teams:{notice.team}")
    return await service.acknowledge(notice_id, caller.subject)
