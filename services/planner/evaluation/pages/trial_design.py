"""The design of a trial: what counts, the change to be found, and in plain words what that takes."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.planner.assessment.pages.question import Designer, Sent
from services.planner.callers import AllCampaigns
from services.planner.campaign import Campaign
from services.planner.drafting.pages.amending import save_plan, seen_facts
from services.planner.evaluation.design import design
from services.planner.evaluation.report.design_words import design_words
from services.planner.plan.plan import Plan
from services.planner.plan.sealed_plan import trial_of
from services.planner.plan.typed_trial import COMPARISONS, OUTCOMES, TypedTrial, of_form, typed_here, typed_trial
from shared.errors import Invalid, Problem
from shared.values import CampaignReference
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list, radio_items
from shared.web.site.visitors import Visit

Word = Annotated[str, Query(max_length=60)]
Words = Annotated[list[str], Query(max_length=10)]

router = APIRouter(prefix="/campaigns/{reference}/trial/design")


@router.get("")
async def show(
    reference: CampaignReference, visit: Designer, campaigns: AllCampaigns, look: TheLook, saved: bool = False
) -> Response:
    """Shows the trial of the plan with what it can show."""
    campaign, draft = await campaigns.get(reference), await visit.draft()
    return _shown(look, visit, campaign, draft, saved=saved, kept=draft is not None)


async def typed_in_address(
    counts: Words = [],  # noqa: B006 (a default of the framework, which copies it)
    days: Word = "",
    expected: Word = "",
    smallest: Word = "",
    power: Word = "",
    comparisons: Word = "",
) -> TypedTrial:
    """Returns the trial as it stands in the address."""
    return TypedTrial(counts, days.strip(), expected.strip(), smallest.strip(), power.strip(), comparisons)


@router.get("/answer")
async def fragment(
    reference: CampaignReference,
    visit: Designer,
    campaigns: AllCampaigns,
    look: TheLook,
    typed: Annotated[TypedTrial, Depends(typed_in_address)],
) -> Response:
    """Returns the part of the page that answers to numbers, to stand in the place of the one before."""
    plan, problems = typed.tried((await campaigns.get(reference)).plan)
    says, problems = _says(plan, problems)
    return look.page("evaluation/says.html", visit, 422 if problems else 200, says=says, problems=problems)


@router.post("")
async def send(reference: CampaignReference, posted: Sent, campaigns: AllCampaigns, look: TheLook) -> Response:
    """Shows what the trial can show, or saves it into the plan."""
    form, campaign = posted.form, await campaigns.get(reference)
    plan, problems = _typed(form).tried(campaign.plan)
    if plan is not None:
        _, problems = _says(plan, problems)
    if plan is None or problems:
        return _shown(look, posted.visit, campaign, form, 422, problems)
    if form.text("do") != "save":
        return _shown(look, posted.visit, campaign, form)
    refused = await save_plan(campaigns, campaign, posted, plan)
    if refused is None:
        return RedirectResponse(f"/campaigns/{reference}/trial/design?saved=yes", HTTP_303_SEE_OTHER)
    now = await campaigns.get(reference) if refused.different is not None else campaign
    return _shown(look, posted.visit, now, form, refused.status, refused.problems, different=refused.different)


def _typed(form: Form) -> TypedTrial:
    names = ("days", "expected", "smallest", "power", "comparisons")
    return TypedTrial(form.texts("counts"), *(form.text(name) for name in names))


def _as_typed(plan: Plan) -> Form:
    typed = typed_trial(plan)
    return Form(
        {
            "counts": list(typed.counts),
            "days": [typed.days],
            "expected": [typed.expected],
            "smallest": [typed.smallest],
            "power": [typed.power],
            "comparisons": [typed.comparisons],
        }
    )


def _says(plan: Plan | None, problems: list[Problem]) -> tuple[list[str], list[Problem]]:
    """Returns what the plan's trial can show in plain words, or what stands against saying it."""
    if plan is None or plan.analysis is None:
        return [], problems
    try:
        trial = trial_of(plan)
        return design_words(trial, design(trial)), problems
    except Invalid as error:
        return [], [of_form(problem) for problem in error.problems]


def _shown(
    look: Look,
    visit: Visit,
    campaign: Campaign,
    typed: Form | None,
    status: int = 200,
    problems: Sequence[Problem] = (),
    **shown: Any,
) -> Response:
    words = look.words(visit)
    form = typed or _as_typed(campaign.plan)
    tried, _ = _typed(form).tried(campaign.plan) if typed else (campaign.plan, [])
    says, further = _says(tried, [])
    values = {
        "campaign": campaign,
        "typed": form,
        "here": typed_here(campaign.plan),
        "says": says,
        "problems": further if not problems else [],
        "seen": seen_facts(campaign),
        "outcomes": OUTCOMES,
        "comparisons": radio_items(COMPARISONS, words),
        "errors": error_list(problems, words),
    }
    return look.page("evaluation/design.html", visit, status, **(values | shown))
