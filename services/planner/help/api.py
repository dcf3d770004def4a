"""Help over HTTP. Answering for the team X needs the scope `teams:X`."""

from fastapi import APIRouter, Response

from services.planner.callers import AllCampaigns, Anybody, Designer, SeenVersion, tagged
from services.planner.campaign import Campaign
from services.planner.decisions.help import ask_help, give_help, request
from services.planner.help.requests import HelpGiven, HelpRequest, HelpWanted
from shared.values import CampaignReference, Number

router = APIRouter(prefix="/v1/campaigns/{reference}/help", tags=["help"])


@router.get("")
async def requests(reference: CampaignReference, _caller: Anybody, campaigns: AllCampaigns) -> list[HelpRequest]:
    """Returns every request for help with the campaign, and its answer."""
    return list((await campaigns.get(reference)).help)


@router.post("", status_code=201)
async def ask(
    reference: CampaignReference,
    body: HelpWanted,
    caller: Designer,
    campaigns: AllCampaigns,
    seen: SeenVersion,
    response: Response,
) -> Campaign:
    """Asks a team for help; it gets a notice."""
    changed = await campaigns.change(reference, seen, caller.subject, lambda c, act, _: ask_help(c, body, act))
    return tagged(changed, response)


@router.put("/{number}/answer")
async def answer(
    reference: CampaignReference,
    number: Number,
    body: HelpGiven,
    caller: Anybody,
    campaigns: AllCampaigns,
    seen: SeenVersion,
    response: Response,
) -> Campaign:
    """Answers a request, for the team that was asked."""
    caller.expect(f"teams:{request(await campaigns.get(reference), number).team}")
    changed = await campaigns.change(reference, seen, caller.subject, lambda c, act, _: give_help(c, number, body, act))
    return tagged(changed, response)
