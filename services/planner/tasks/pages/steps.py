"""The page on which a campaign is launched, paused, let go on, stopped or completed."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.planner.approving.brief import changed_facts, facts
from services.planner.callers import AllCampaigns
from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.drafting.pages.amending import seen_facts
from services.planner.lifecycle import Step
from services.planner.readiness import Circumstances, launch_problems
from services.planner.tasks.steps import AT_ONCE, DECISIONS, step_problems, steps_of, taken
from shared.errors import Permanent, Problem
from shared.values import CampaignReference
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list, radio_items
from shared.web.site.visitors import Posted, Visit, posting, visiting
from shared.wording import field_words, sentence

CHANGED = "Somebody changed this campaign since you opened it. Look at what is different, then decide again"
STALE = 409
Decider = Annotated[Visit, Depends(visiting("campaigns:write", "campaigns:approve"))]
Sent = Annotated[Posted, Depends(posting("campaigns:write", "campaigns:approve"))]

router = APIRouter(prefix="/campaigns/{reference}/steps")


class _Changed(Exception):
    """The campaign is another one than the person has seen."""


@router.get("")
async def show(
    reference: CampaignReference, visit: Decider, campaigns: AllCampaigns, look: TheLook, done: bool = False
) -> Response:
    """Shows how the campaign stands, with the steps that it allows."""
    draft = await visit.draft()
    return await _shown(look, visit, campaigns, reference, draft, kept=draft is not None, done=done)


@router.post("")
async def take(reference: CampaignReference, posted: Sent, campaigns: AllCampaigns, look: TheLook) -> Response:
    """Takes the step. Sent twice, it is taken once."""
    form = posted.form
    texts = (form.text("step"), form.text("reason"), form.text("decision"))
    problems = step_problems(await campaigns.get(reference), *texts)
    if problems:
        return await _shown(look, posted.visit, campaigns, reference, form, 422, problems)
    try:
        await _take(campaigns, reference, posted, Step(form.text("step")))
    except _Changed:
        problem = Problem("", "stale", CHANGED)
        return await _shown(look, posted.visit, campaigns, reference, form, STALE, [problem])
    except Permanent as error:
        further = [Problem("", p.rule, sentence(f"{field_words(p.field)}: {p.message}")) for p in error.problems]
        problems = [Problem("", "refused", sentence(error.message)), *further]
        return await _shown(look, posted.visit, campaigns, reference, form, 422, problems)
    await posted.visit.forget_draft(form.page)
    return RedirectResponse(f"/campaigns/{reference}/steps?done=yes", HTTP_303_SEE_OTHER)


async def _take(campaigns: AllCampaigns, reference: str, posted: Posted, step: Step) -> None:
    form, decision = posted.form, posted.form.text("decision")

    def decide(campaign: Campaign, act: Act, circumstances: Circumstances) -> Campaign:
        after = taken(campaign, step, decision, act, circumstances)
        if after is not campaign and step not in AT_ONCE and form.version != campaign.version:
            raise _Changed
        return after

    await campaigns.change(reference, None, posted.person.subject, decide, form.text("reason"))


async def _shown(
    look: Look,
    visit: Visit,
    campaigns: AllCampaigns,
    reference: str,
    typed: Form | None,
    status: int = 200,
    problems: Sequence[Problem] = (),
    **shown: Any,
) -> Response:
    campaign, circumstances, now = await campaigns.with_circumstances(reference)
    words, steps = look.words(visit), steps_of(campaign)
    waits = {Step.LAUNCH, Step.RESUME} & set(steps)
    values = {
        "campaign": campaign,
        "facts": facts(campaign),
        "seen": seen_facts(campaign),
        "open": launch_problems(campaign, circumstances, now.at) if waits else [],
        "steps": radio_items(steps, words),
        "decisions": radio_items(DECISIONS, words) if campaign.plan.analysis and Step.COMPLETE in steps else [],
        "last": campaign.changes[-1],
        "different": changed_facts(typed.seen, facts(campaign)) if typed and status == STALE else [],
        "typed": typed,
        "errors": error_list(problems, words),
    }
    return look.page("tasks/steps.html", visit, status, **(values | shown))
