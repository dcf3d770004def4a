"""A campaign is begun: its title, the tax or duty, and the directorate whose gates apply."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.planner.callers import AllCampaigns
from services.planner.drafting.typed_beginning import TypedBeginning
from shared.errors import Conflict, Problem
from shared.idempotency import identified
from shared.web.idempotency import Digest
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list, radio_items
from shared.web.site.visitors import Posted, Visit, posting, visiting
from shared.wording import title_of

SENT_BEFORE = "This form has begun a campaign already. If you want another one, press the button again"
Designer = Annotated[Visit, Depends(visiting("campaigns:write"))]
Sent = Annotated[Posted, Depends(posting("campaigns:write"))]

router = APIRouter(prefix="/campaigns/new")


@router.get("")
async def show(visit: Designer, campaigns: AllCampaigns, look: TheLook) -> Response:
    """Shows the form with which a campaign is begun."""
    draft = await visit.draft()
    return _shown(look, visit, campaigns, draft, key=draft.key if draft else None, kept=draft is not None)


@router.post("")
async def begin(posted: Sent, campaigns: AllCampaigns, look: TheLook, digest: Digest) -> Response:
    """Keeps the beginning as a draft, once for each form, and leads to its list of tasks."""
    form = posted.form
    typed = TypedBeginning(form.text("title"), form.text("regime"), form.text("directorate"))
    problems = typed.problems(campaigns.directorates)
    if problems:
        return _shown(look, posted.visit, campaigns, form, 422, problems, form.key)
    request = identified(posted.person, "create-campaign", form.key, typed.plan, digest)
    try:
        campaign = await campaigns.create(typed.plan, posted.person.subject, request)
    except Conflict:
        return _shown(look, posted.visit, campaigns, form, 409, [Problem("", "sent-before", SENT_BEFORE)])
    await posted.visit.forget_draft(form.page)
    return RedirectResponse(f"/campaigns/{campaign.reference}", HTTP_303_SEE_OTHER)


def _shown(
    look: Look,
    visit: Visit,
    campaigns: AllCampaigns,
    typed: Form | None,
    status: int = 200,
    problems: Sequence[Problem] = (),
    key: str | None = None,
    kept: bool = False,
) -> Response:
    words = look.words(visit)
    names = {code: title_of(code) for code in campaigns.directorates}
    values = {
        "typed": typed or Form({"directorate": ["default"]}),
        "errors": error_list(problems, words),
        "directorates": radio_items(names, words),
        "key": key,
        "kept": kept,
    }
    return look.page("drafting/begin.html", visit, status, **values)
