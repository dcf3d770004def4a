"""Pages of clashes: other campaigns that reach the same customers in the same weeks, and the decision about each."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.planner.agreement.clash_words import CHOICES, clash_facts, clash_problems
from services.planner.agreement.clashes import Clash, clashes, holds
from services.planner.approving.brief import changed_facts
from services.planner.assessment.pages.check import Reader
from services.planner.assessment.pages.question import Designer, Sent
from services.planner.callers import AllCampaigns
from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.brief import DecisionAboutClash, decide_clash
from services.planner.readiness import Circumstances
from shared.errors import NotFound, Permanent, Problem
from shared.values import CampaignReference
from shared.web.site.forms import Form
from shared.web.site.look import TheLook, error_list, radio_items
from shared.web.site.visitors import Posted, Visit
from shared.wording import sentence

TEMPLATES = Path(__file__).parent / "templates"
STALE = 409
CHANGED = "This clash or its decision has changed since you opened it. Look at what is different, then decide again"

router = APIRouter(prefix="/campaigns/{reference}/clashes", include_in_schema=False)


class _Changed(Exception):
    """The clash or its decision is another one than the person has seen."""


@router.get("")
async def everything(
    reference: CampaignReference,
    visit: Reader,
    campaigns: AllCampaigns,
    look: TheLook,
    done: CampaignReference | None = None,
) -> Response:
    """Shows every clash of the campaign, with the decision about it."""
    campaign, circumstances, _ = await campaigns.with_circumstances(reference)
    found = clashes(reference, campaign.plan, circumstances.others)
    rows = [(each, _facts(campaign, each), holds(campaign.clash_decisions.get(each.campaign), each)) for each in found]
    may = "campaigns:write" in visit.person.scopes
    return look.page("agreement/clashes.html", visit, campaign=campaign, rows=rows, may=may, done=done)


@router.get("/{other}")
async def show(
    reference: CampaignReference, other: CampaignReference, visit: Designer, campaigns: AllCampaigns, look: TheLook
) -> Response:
    """Shows one clash, with the form for the decision."""
    draft = await visit.draft()
    return await _shown(look, visit, campaigns, (reference, other), draft, kept=draft is not None)


@router.post("/{other}")
async def decide(
    reference: CampaignReference, other: CampaignReference, posted: Sent, campaigns: AllCampaigns, look: TheLook
) -> Response:
    """Keeps the decision about the clash that the person has seen. Sent twice, it is kept once."""
    form, both = posted.form, (reference, other)
    problems = clash_problems(form.text("decision"), form.text("reason"))
    if problems:
        return await _shown(look, posted.visit, campaigns, both, form, 422, problems)
    try:
        await _decide(campaigns, both, posted)
    except _Changed:
        problem = Problem("", "stale", CHANGED)
        return await _shown(look, posted.visit, campaigns, both, form, STALE, [problem])
    except Permanent as error:
        problem = Problem("", "refused", sentence(error.message))
        return await _shown(look, posted.visit, campaigns, both, form, 422, [problem])
    await posted.visit.forget_draft(form.page)
    return RedirectResponse(f"/campaigns/{reference}/clashes?done={other}", HTTP_303_SEE_OTHER)


async def _decide(campaigns: AllCampaigns, both: tuple[str, str], posted: Posted) -> None:
    form, (reference, other) = posted.form, both
    fields = {"decision": form.text("decision"), "reason": form.text("reason")}
    wanted = DecisionAboutClash.model_validate(fields)

    def decided(campaign: Campaign, act: Act, circumstances: Circumstances) -> Campaign:
        clash = _clash(campaign, circumstances, other)
        made = campaign.clash_decisions.get(other)
        if made and holds(made, clash) and (made.by, made.decision, made.reason) == (act.by, *fields.values()):
            return campaign  # the same form came twice
        if form.seen != _facts(campaign, clash):
            raise _Changed
        return decide_clash(campaign, other, wanted, act, circumstances)

    await campaigns.change(reference, None, posted.person.subject, decided, form.text("reason"))


def _clash(campaign: Campaign, circumstances: Circumstances, other: str) -> Clash:
    for each in clashes(campaign.reference, campaign.plan, circumstances.others):
        if each.campaign == other:
            return each
    raise NotFound(f"{campaign.reference} does not clash with {other} now")


def _facts(campaign: Campaign, clash: Clash) -> dict[str, str]:
    return clash_facts(clash, campaign.clash_decisions.get(clash.campaign))


async def _shown(
    look: TheLook,
    visit: Visit,
    campaigns: AllCampaigns,
    both: tuple[str, str],
    typed: Form | None,
    status: int = 200,
    problems: Sequence[Problem] = (),
    **shown: Any,
) -> Response:
    campaign, circumstances, _ = await campaigns.with_circumstances(both[0])
    clash = _clash(campaign, circumstances, both[1])
    facts, words = _facts(campaign, clash), look.words(visit)
    values = {
        "campaign": campaign,
        "clash": clash,
        "facts": facts,
        "seen": json.dumps(facts),
        "different": changed_facts(typed.seen, facts) if typed and status == STALE else [],
        "typed": typed,
        "choices": radio_items(CHOICES, words),
        "errors": error_list(problems, words),
    }
    return look.page("agreement/clash.html", visit, status, **(values | shown))
