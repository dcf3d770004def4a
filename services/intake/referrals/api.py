"""Referrals and the work lists of teams, over HTTP."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.intake.access_log import PersonalData
from services.intake.callers import Handler, Personal, Reader, ReferralTeam, Router, expect_team, team_of
from services.intake.campaigns.repository import MongoCampaigns
from services.intake.campaigns.routing import Rules, default_rules
from services.intake.campaigns.teams import expect_known_team, expect_known_teams
from services.intake.contacts.api.visibility import Referrals, Seen
from services.intake.contacts.contact import Contact
from services.intake.referrals.details import Details
from services.intake.referrals.referral import Referral, ReferralStep, State, WorkItem
from services.intake.referrals.repository import MongoReferrals
from shared.clock import Clock
from shared.identifiers import derived_id, new_id
from shared.paging import Asked, Page
from shared.principal import Principal
from shared.values import CampaignReference, Code, Identifier, Value
from shared.web.dependencies import part
from shared.web.idempotency import Digest, IdempotencyKey

Campaigns = Annotated[MongoCampaigns, Depends(part(MongoCampaigns))]
Now = Annotated[Clock, Depends(part(Clock))]

router = APIRouter(tags=["referrals"])


class RulesKept(Rules):
    """Rules as they were kept; `campaign_known`: the approval of their campaign has been heard."""

    campaign_known: bool


class Request(Value):
    """A team to pass a contact to, why, and what it needs to know."""

    team: Code
    reason: Code
    details: Details = Details()


class Listed(Asked):
    """`state`: those in one state, also of those that have ended; else all that are open."""

    state: State | None = None


class Ending(Value):
    """The reason why a referral is closed, or is not for this team."""

    why: Code


@dataclass(frozen=True)
class ByHand:
    """The parts that pass a contact to a team by hand."""

    referrals: Referrals
    campaigns: Campaigns
    clock: Now
    digest: Digest

    async def refer(self, contact: Contact, request: Request, referral: Referral) -> None:
        expect_known_team(request.team, (await self.campaigns.known()).get(contact.campaign or ""))
        digest = self.digest(request)
        await self.referrals.raise_one(contact.id, referral, request.details, digest, self.clock.now())


async def by_hand(referrals: Referrals, campaigns: Campaigns, clock: Now, digest: Digest) -> ByHand:
    """A dependency. It waits for nothing, and is a coroutine all the same: FastAPI sends the others to a thread."""
    return ByHand(referrals, campaigns, clock, digest)


@router.post("/contacts/{contact_id}/referrals", status_code=201)
async def refer(
    contact_id: Identifier,
    request: Request,
    caller: Handler,
    contacts: Seen,
    passing: Annotated[ByHand, Depends(by_hand)],
    idempotency_key: IdempotencyKey = None,
) -> Referral:
    """Pass a contact to a team by hand, with what it needs to know. The team has to be one that there is."""
    cause = f"{caller.subject}|{idempotency_key}" if idempotency_key else new_id()
    referral = Referral(id=derived_id(contact_id, f"referral|{cause}"), team=request.team, reason=request.reason)
    contact = await contacts.to_read(caller, "contact.referred", contact_id)
    await passing.refer(contact, request, referral)
    return referral


@router.get("/referrals")
async def work_list(
    caller: ReferralTeam, referrals: Referrals, personal: Personal, asked: Annotated[Listed, Query()]
) -> Page[WorkItem]:
    """List the referrals that the caller's team has to deal with, the oldest first."""
    read = partial(referrals.work, team_of(caller), asked.state)
    return await personal.page(caller, "referrals.listed", asked, read)


@router.get("/referrals/{referral}")
async def one(referral: Identifier, caller: ReferralTeam, referrals: Referrals, personal: Personal) -> WorkItem:
    return await seen_referral("referral.read", referral, caller, referrals, personal)


@router.post("/referrals/{referral}/accept")
async def accept(
    referral: Identifier, caller: ReferralTeam, referrals: Referrals, personal: Personal, clock: Now
) -> WorkItem:
    """Accept a referral: the team takes it on."""
    await seen_referral("referral.accepted", referral, caller, referrals, personal)
    return await referrals.step(referral, ReferralStep(state="accepted", by=caller.subject, at=clock.now()))


@router.post("/referrals/{referral}/return")
async def give_back(
    referral: Identifier, ending: Ending, caller: ReferralTeam, referrals: Referrals, personal: Personal, clock: Now
) -> WorkItem:
    """Return a referral that is not for this team. It can be raised anew for another."""
    await seen_referral("referral.returned", referral, caller, referrals, personal)
    step = ReferralStep(state="returned", by=caller.subject, at=clock.now(), why=ending.why)
    return await referrals.step(referral, step)


@router.post("/referrals/{referral}/close")
async def close(
    referral: Identifier, ending: Ending, caller: ReferralTeam, referrals: Referrals, personal: Personal, clock: Now
) -> WorkItem:
    """Close a referral: the team has done what there was to do."""
    await seen_referral("referral.closed", referral, caller, referrals, personal)
    step = ReferralStep(state="closed", by=caller.subject, at=clock.now(), why=ending.why)
    return await referrals.step(referral, step)


@router.get("/campaigns/{reference}/routing")
async def routing(reference: CampaignReference, _caller: Reader, campaigns: Campaigns) -> Rules:
    """The rules by which contacts about a campaign are passed to teams: its own, or the default ones."""
    campaign = (await campaigns.known()).get(reference)
    return campaign.rules if campaign and campaign.rules is not None else default_rules()


@router.put("/campaigns/{reference}/routing")
async def set_routing(reference: CampaignReference, rules: Rules, _caller: Router, campaigns: Campaigns) -> RulesKept:
    """Replace the campaign's rules. Contacts that were passed on before stay where they are. A rule's team is one that
    there is, or one of `teams`. `campaign_known` is false for rules of a campaign that nobody has announced yet."""
    campaign = (await campaigns.known()).get(reference)
    expect_known_teams(rules, campaign)
    await campaigns.set_rules(reference, rules)
    return RulesKept(**dict(rules), campaign_known=campaign is not None and campaign.process is not None)


async def seen_referral(
    what: str, identifier: str, caller: Principal, referrals: MongoReferrals, personal: PersonalData
) -> WorkItem:
    """The referral, noted as seen by `caller`. Raises `NotFound` for another team's, and `Restricted`."""
    item = await referrals.get(identifier)
    expect_team(caller, item.team)
    await personal.seen(caller, what, item.about, referral=identifier)
    return item
