"""A campaign is begun from an earlier one, whose results stand beside the new plan."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.planner.assessment.pages.check import Reader
from services.planner.callers import AllCampaigns
from services.planner.drafting.beside import beside
from services.planner.drafting.pages.begin import SENT_BEFORE, Designer, Sent
from services.planner.drafting.typed_beginning import title_problems
from services.planner.evaluation.ports import EvaluationRepository
from services.planner.plan.plan import Clone
from services.planner.steering.suggestions import Suggestions
from shared.errors import Conflict, Problem
from shared.idempotency import identified
from shared.values import CampaignReference
from shared.web.dependencies import part
from shared.web.idempotency import Digest
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list
from shared.web.site.visitors import Visit

Evaluations = Annotated[EvaluationRepository, Depends(part(EvaluationRepository))]
AllSuggestions = Annotated[Suggestions, Depends(part(Suggestions))]

router = APIRouter(prefix="/campaigns/{reference}")


@router.get("/clone")
async def show(reference: CampaignReference, visit: Designer, campaigns: AllCampaigns, look: TheLook) -> Response:
    """Shows what came of the campaign, and asks for the title of the new one."""
    draft = await visit.draft()
    shown: dict[str, Any] = {"key": draft.key if draft else None, "kept": draft is not None}
    return await _shown(look, visit, campaigns, reference, draft, **shown)


@router.post("/clone")
async def clone(
    reference: CampaignReference, posted: Sent, campaigns: AllCampaigns, look: TheLook, digest: Digest
) -> Response:
    """Creates the draft, once for each form, and leads to the results beside its plan."""
    form, title = posted.form, posted.form.text("title")
    if problems := title_problems(title):
        return await _shown(look, posted.visit, campaigns, reference, form, 422, problems, key=form.key)
    request = identified(posted.person, f"clone-{reference}", form.key, Clone(title=title), digest)
    try:
        campaign = await campaigns.clone(reference, title, posted.person.subject, request)
    except Conflict:
        problem = Problem("", "sent-before", SENT_BEFORE)
        return await _shown(look, posted.visit, campaigns, reference, form, 409, [problem])
    await posted.visit.forget_draft(form.page)
    return RedirectResponse(f"/campaigns/{campaign.reference}/earlier", HTTP_303_SEE_OTHER)


@router.get("/earlier")
async def results(
    reference: CampaignReference,
    visit: Reader,
    campaigns: AllCampaigns,
    look: TheLook,
    evaluations: Evaluations,
    suggestions: AllSuggestions,
) -> Response:
    """Shows the results of the campaign that this one was cloned from, as they are now, beside the plan."""
    campaign = await campaigns.get(reference)
    if campaign.earlier is None:
        return look.page("drafting/earlier.html", visit, campaign=campaign)
    earlier = await campaigns.get(campaign.earlier.campaign)
    return look.page(
        "drafting/earlier.html",
        visit,
        campaign=campaign,
        earlier=earlier,
        rows=beside(await campaigns.results(earlier.reference), campaign.plan),
        published=await evaluations.publications(earlier.reference),
        rates=await suggestions.of(reference),
    )


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
    campaign = await campaigns.get(reference)
    values = {
        "campaign": campaign,
        "rows": beside(await campaigns.results(reference), campaign.plan),
        "typed": typed or Form({"title": [campaign.plan.title]}),
        "errors": error_list(problems, look.words(visit)),
    }
    return look.page("drafting/clone.html", visit, status, **(values | shown))
