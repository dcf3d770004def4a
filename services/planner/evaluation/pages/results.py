"""The trial of a campaign: its plan and seal, then the checks, then the effects, in that order."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.planner.assessment.pages.check import Reader
from services.planner.callers import AllCampaigns
from services.planner.campaign import Campaign
from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.api import Evaluations, Results, counts_of
from services.planner.evaluation.design import design
from services.planner.evaluation.provenance import record_lines
from services.planner.evaluation.report.chart import EffectsChart
from services.planner.evaluation.report.content import (
    ARM_HEADINGS,
    EFFECT_HEADINGS,
    arm_rows,
    check_rows,
    cost_lines,
    effect_rows,
    plan_lines,
)
from services.planner.evaluation.report.design_words import design_words
from services.planner.evaluation.result import Evaluation
from services.planner.evaluation.seal import seal
from services.planner.trial_results import Question, is_sealed, planned
from shared.clock import Clock, today
from shared.errors import Invalid, NotFound, Permanent, Problem
from shared.values import CampaignReference
from shared.web.dependencies import part
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list
from shared.web.site.visitors import Posted, Visit, posting
from shared.wording import sentence

Sent = Annotated[Posted, Depends(posting("trials:analyse"))]
TheClock = Annotated[Clock, Depends(part(Clock))]
EARLY = (
    "Not every customer has reached the horizon. Say that you want to look early: it is noted for ever, with your code"
)

router = APIRouter(prefix="/campaigns/{reference}/trial")


@router.get("")
async def show(
    reference: CampaignReference,
    visit: Reader,
    campaigns: AllCampaigns,
    results: Results,
    evaluations: Evaluations,
    look: TheLook,
    clock: TheClock,
) -> Response:
    """Shows the trial's plan, its seals, and what is known of its customers, without any effect."""
    campaign = await campaigns.get(reference)
    found = await _trial(campaign, results, evaluations, clock)
    return _shown(look, visit, campaign, found)


@router.post("")
async def analyse(
    reference: CampaignReference,
    posted: Sent,
    campaigns: AllCampaigns,
    results: Results,
    evaluations: Evaluations,
    look: TheLook,
    clock: TheClock,
) -> Response:
    """Shows checks and effects by what has come in; an early look is taken only by somebody who says so."""
    campaign = await campaigns.get(reference)
    found = await _trial(campaign, results, evaluations, clock)
    if found.get("early") and posted.form.text("early") != "yes":
        return _shown(look, posted.visit, campaign, found, 422, Problem("early", "early", EARLY), posted.form)
    try:
        plan, result = await results.analysed(reference, posted.person.subject, Question())
    except Permanent as error:
        told = "; ".join((error.message, *(problem.message for problem in error.problems)))
        return _shown(look, posted.visit, campaign, found, 422, Problem("", "refused", sentence(told)), posted.form)
    found = await _trial(campaign, results, evaluations, clock) | _result(plan, result)
    return _shown(look, posted.visit, campaign, found)


async def _trial(campaign: Campaign, results: Results, evaluations: Evaluations, clock: Clock) -> dict[str, Any]:
    """Returns what is shown of a trial before any effect; nothing where none is planned."""
    try:
        plan = planned(campaign)
    except NotFound:
        return {}
    kept, record = await results.kept(campaign, plan)
    counts = counts_of(kept, plan) if kept else None
    return {
        "plan": plan,
        "seal": seal(plan),
        "sealed": is_sealed(campaign, plan),
        "says": _says(plan),
        "counts": counts,
        "early": counts is not None and today(clock) < counts.complete_on,
        "record": record_lines(record),
        "published": await evaluations.publications(campaign.reference),
    }


def _says(plan: TrialPlan) -> list[str]:
    try:
        return design_words(plan, design(plan))
    except Invalid as error:
        return [sentence(problem.message) for problem in error.problems]


def _result(plan: TrialPlan, result: Evaluation) -> dict[str, Any]:
    return {
        "result": result,
        "checks": check_rows(result),
        "effects": effect_rows(plan, result),
        "effect_heads": EFFECT_HEADINGS,
        "arms": arm_rows(result),
        "arm_heads": ARM_HEADINGS,
        "costs": cost_lines(plan, result),
        "basis": plan_lines(plan, result),
        "chart": EffectsChart(plan, result),
    }


def _shown(
    look: Look,
    visit: Visit,
    campaign: Campaign,
    found: dict[str, Any],
    status: int = 200,
    problem: Problem | None = None,
    typed: Form | None = None,
) -> Response:
    values = {
        "campaign": campaign,
        "typed": typed,
        "errors": error_list([problem] if problem else [], look.words(visit)),
        "may": "trials:analyse" in visit.person.scopes,
        "designer": "campaigns:write" in visit.person.scopes,
    }
    return look.page("evaluation/trial.html", visit, status, **(values | found))
