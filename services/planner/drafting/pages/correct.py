"""A correction is begun from a campaign that sent wrong letters: to exactly the customers who got one."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.planner.callers import AllCampaigns
from services.planner.corrections import LAUNCHED
from services.planner.drafting.pages.begin import SENT_BEFORE, Designer, Sent
from services.planner.drafting.typed_correction import LANGUAGES, TypedCorrection, written_arms
from shared.errors import Conflict, Invalid, Problem
from shared.idempotency import identified
from shared.values import CampaignReference
from shared.web.idempotency import Digest
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list
from shared.web.site.visitors import Visit
from shared.wording import sentence

NOBODY = "Nobody was sent such a letter on these days: the table says what went out"

router = APIRouter(prefix="/campaigns/{reference}/correction")


@router.get("")
async def show(reference: CampaignReference, visit: Designer, campaigns: AllCampaigns, look: TheLook) -> Response:
    """Shows what went out, and asks which letters were wrong."""
    draft = await visit.draft()
    shown: dict[str, Any] = {"key": draft.key if draft else None, "kept": draft is not None}
    return await _shown(look, visit, campaigns, reference, draft, **shown)


@router.post("")
async def correct(
    reference: CampaignReference, posted: Sent, campaigns: AllCampaigns, look: TheLook, digest: Digest
) -> Response:
    """Creates the draft of the correction, once for each form, and leads to its list of tasks."""
    form, visit = posted.form, posted.visit
    wanted, problems = _typed(form).read((await campaigns.get(reference)).plan)
    if wanted is None:
        return await _shown(look, visit, campaigns, reference, form, 422, problems, key=form.key)
    request = identified(posted.person, f"correct-{reference}", form.key, wanted, digest)
    try:
        campaign = await campaigns.correct(reference, wanted, posted.person.subject, request)
    except Invalid as error:
        rules = {problem.rule for problem in error.problems}
        problem = (
            Problem("since", "issued", NOBODY) if "issued" in rules else Problem("", "no", sentence(error.message))
        )
        return await _shown(look, visit, campaigns, reference, form, 422, [problem], key=form.key)
    except Conflict:
        return await _shown(look, visit, campaigns, reference, form, 409, [Problem("", "sent-before", SENT_BEFORE)])
    await visit.forget_draft(form.page)
    return RedirectResponse(f"/campaigns/{campaign.reference}", HTTP_303_SEE_OTHER)


def _typed(form: Form) -> TypedCorrection:
    texts = (form.text("title"), form.texts("arms"), form.texts("languages"))
    return TypedCorrection(*texts, form.day("since"), form.day("until"))


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
    campaign, went_out = await campaigns.get(reference), Counter[tuple[Any, str]]()
    for each in await campaigns.issued(reference):
        went_out[each.on, each.arm] += each.count
    arms = written_arms(campaign.plan)
    values = {
        "campaign": campaign,
        "launched": campaign.state in LAUNCHED,
        "went_out": [(on, arms.get(arm, arm), count) for (on, arm), count in sorted(went_out.items())],
        "arms": arms,
        "languages": LANGUAGES,
        "typed": typed or Form({"arms": list(arms), "languages": list(LANGUAGES)}),
        "errors": error_list(problems, look.words(visit)),
    }
    return look.page("drafting/correct.html", visit, status, **(values | shown))
