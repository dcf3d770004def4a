"""Wave sizes: tried, proposed and saved on one page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.planner.assessment.pages.check import Reader
from services.planner.assessment.pages.question import Sent
from services.planner.callers import AllCampaigns
from services.planner.drafting.pages.amending import save_plan, seen_facts
from services.planner.forecast.api import AllForecasts
from services.planner.forecast.pages.outlook import Answer, answer, begun, fastest, shortfall_in_words
from services.planner.forecast.typed_waves import TypedWaves, wave_lines
from services.planner.lifecycle import State
from services.planner.plan.plan import Plan
from services.planner.steering.forecasts import Circumstance
from shared.errors import Invalid, Problem
from shared.values import CampaignReference
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list
from shared.web.site.visitors import Posted, Visit
from shared.wording import sentence

router = APIRouter(prefix="/campaigns/{reference}/waves")


@router.get("")
async def show(
    reference: CampaignReference,
    visit: Reader,
    campaigns: AllCampaigns,
    forecasts: AllForecasts,
    look: TheLook,
    saved: bool = False,
) -> Response:
    """Shows the waves of the plan with what they bring."""
    try:
        found = await forecasts.of(reference)
    except Invalid as error:
        campaign = await campaigns.get(reference)
        return look.page("forecast/waves.html", visit, campaign=campaign, missing=error.problems)
    draft = await visit.draft()
    return await _shown(look, visit, found, draft, saved=saved, kept=draft is not None)


@router.get("/answer")
async def fragment(
    reference: CampaignReference,
    visit: Reader,
    forecasts: AllForecasts,
    look: TheLook,
    daily: Annotated[str, Query(max_length=20)] = "",
    waves: Annotated[str, Query(max_length=10_000)] = "",
) -> Response:
    """Returns the part of the page that answers to numbers, to stand in the place of the one before."""
    try:
        found = await forecasts.of(reference)
    except Invalid as error:
        return look.page("forecast/answer.html", visit, 422, problems=error.problems)
    lines = [line.strip() for line in waves.splitlines() if line.strip()]
    plan, problems = TypedWaves(daily.strip(), lines).tried(found.campaign.plan)
    shown, problems = await _answer(found, plan, problems)
    return look.page("forecast/answer.html", visit, 422 if problems else 200, answer=shown, problems=problems)


@router.post("")
async def send(
    reference: CampaignReference, posted: Sent, campaigns: AllCampaigns, forecasts: AllForecasts, look: TheLook
) -> Response:
    """Shows what the numbers bring, proposes the fastest waves that fit, or saves them into the plan."""
    form, found = posted.form, await forecasts.of(reference)
    plan, problems = _typed(form).tried(found.campaign.plan)
    if plan is None or problems:
        return await _shown(look, posted.visit, found, form, 422, problems)
    if form.text("do") == "propose":
        return await _proposed(look, posted, found, plan)
    if form.text("do") != "save":
        return await _shown(look, posted.visit, found, form)
    return await _save(reference, posted, campaigns, found, plan, look)


async def _save(
    reference: str, posted: Posted, campaigns: AllCampaigns, found: Circumstance, plan: Plan, look: Look
) -> Response:
    refused = await save_plan(campaigns, found.campaign, posted, plan)
    if refused is None:
        return RedirectResponse(f"/campaigns/{reference}/waves?saved=yes", HTTP_303_SEE_OTHER)
    if refused.different is None:
        return await _shown(look, posted.visit, found, posted.form, refused.status, refused.problems)
    now = replace(found, campaign=await campaigns.get(reference))
    shown = {"different": refused.different}
    return await _shown(look, posted.visit, now, posted.form, refused.status, refused.problems, **shown)


async def _proposed(look: Look, posted: Posted, found: Circumstance, plan: Plan) -> Response:
    try:
        proposal = await fastest(found, plan)
    except Invalid as error:
        return await _shown(look, posted.visit, found, posted.form, 422, [Problem("", "none", sentence(error.message))])
    if proposal.shortfall is not None:
        problem = Problem("daily", "shortfall", shortfall_in_words(proposal))
        return await _shown(look, posted.visit, found, posted.form, 422, [problem])
    filled = {"waves": ["\n".join(wave_lines(proposal.waves))]}
    return await _shown(look, posted.visit, found, Form({**posted.form.fields, **filled}), proposed=True)


def _typed(form: Form) -> TypedWaves:
    return TypedWaves(form.text("daily"), form.lines("waves"))


def _as_typed(plan: Plan) -> Form:
    return Form({"daily": [f"{plan.daily_limit:,}"], "waves": ["\n".join(wave_lines(plan.schedule))]})


async def _answer(
    found: Circumstance, plan: Plan | None, problems: list[Problem]
) -> tuple[Answer | None, list[Problem]]:
    if plan is None:
        return None, problems
    try:
        return await answer(found, plan), problems
    except Invalid as error:
        return None, [*problems, *(Problem("daily", p.rule, sentence(p.message)) for p in error.problems)]


async def _shown(
    look: Look,
    visit: Visit,
    found: Circumstance,
    typed: Form | None,
    status: int = 200,
    problems: Sequence[Problem] = (),
    **shown: Any,
) -> Response:
    campaign = found.campaign
    form = typed or _as_typed(campaign.plan)
    plan, _ = _typed(form).tried(campaign.plan)
    brought, further = await _answer(found, plan or campaign.plan, [])
    values = {
        "campaign": campaign,
        "typed": form,
        "answer": brought,
        "problems": further,
        "seen": seen_facts(campaign),
        "errors": error_list(problems, look.words(visit)),
        "may": "campaigns:write" in visit.person.scopes and not begun(found),
        "begun": begun(found),
        "draft": campaign.state is State.DRAFT,
    }
    return look.page("forecast/waves.html", visit, status, **(values | shown))
