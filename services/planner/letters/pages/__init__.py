"""The page of a plan's letters: by arm, language, format and reader; each as a PDF too."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from services.planner.callers import AllCampaigns
from services.planner.letters.choice import FORMATS, LANGUAGES, READERS, LetterChoice, written_arms
from shared.errors import NotFound
from shared.letters.previews import Previews
from shared.letters.specimen import STANDARD
from shared.values import CampaignReference
from shared.web.dependencies import part
from shared.web.site.look import TheLook
from shared.web.site.visitors import Visit, visiting
from shared.wording import title_of

TEMPLATES = Path(__file__).parent / "templates"
Reader = Annotated[Visit, Depends(visiting("campaigns:read", "campaigns:write", "campaigns:approve"))]
Word = Annotated[str, Query(max_length=60)]

router = APIRouter(prefix="/campaigns/{reference}/letters", include_in_schema=False)


async def chosen(
    arm: Word = "",
    language: Word = "",
    print_format: Annotated[Word, Query(alias="format")] = STANDARD,
    reader: Word = "customer",
) -> LetterChoice:
    """Returns the choice in the address."""
    return LetterChoice(arm, language, print_format, reader)


Chosen = Annotated[LetterChoice, Depends(chosen)]


@router.get("")
async def show(
    reference: CampaignReference, visit: Reader, campaigns: AllCampaigns, look: TheLook, wanted: Chosen
) -> Response:
    """Shows one letter of the plan, and the choice of all others."""
    campaign = await campaigns.get(reference)
    arms = written_arms(campaign.plan)
    values: dict[str, Any] = {
        "campaign": campaign,
        "arms": [(arm.code, title_of(arm.code)) for arm in arms],
        "languages": LANGUAGES,
        "formats": FORMATS,
        "readers": READERS,
    }
    if not arms:
        return look.page("letters/letters.html", visit, **values)
    try:
        choice = wanted.in_plan(campaign.plan)
    except NotFound as error:
        return look.page("letters/letters.html", visit, 404, choice=wanted, missing=error.message, **values)
    return look.page("letters/letters.html", visit, choice=choice, page=choice.page(campaign.plan), **values)


@router.get("/pdf")
async def pdf(
    reference: CampaignReference,
    _visit: Reader,
    campaigns: AllCampaigns,
    previews: Annotated[Previews, Depends(part(Previews))],
    wanted: Chosen,
) -> Response:
    """Returns one letter of the plan as a PDF."""
    plan = (await campaigns.get(reference)).plan
    made = await previews.pdf(wanted.in_plan(plan).page(plan))
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(made, media_type="application/pdf", headers=headers)
