"""What the letters of a campaign will look like, over HTTP."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response

from services.dispatcher.preview import Previews, specimen
from services.dispatcher.repository.population import MongoPopulation
from shared.contracts.campaigns import Language
from shared.values import CampaignReference, Code
from shared.web.access import Principal, allowed
from shared.web.parts import part

Reader = Annotated[Principal, Depends(allowed("dispatch:read", "population:write", "campaigns:read"))]
PDF = "application/pdf"
# a letter is text of ours; whatever is in it, nothing is to be run or fetched
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter(prefix="/v1/campaigns/{reference}", tags=["dispatch"])


@router.get("/previews/{arm}", response_class=Response)
async def preview(
    reference: CampaignReference,
    arm: Code,
    _caller: Reader,
    population: Annotated[MongoPopulation, Depends(part(MongoPopulation))],
    previews: Annotated[Previews, Depends(part(Previews))],
    language: Language = "en",
    as_: Literal["html", "pdf"] = "html",
    print_format: Literal["standard", "large-print"] = "standard",
    copy: Literal["customer", "agent"] = "customer",
) -> Response:
    """The letter of one arm as an invented customer would get it, or (`copy=agent`) their agent, as HTML or PDF
    (`as_=pdf`)."""
    page = specimen(await population.campaign(reference), arm, language, print_format, agents=copy == "agent")
    if as_ == "pdf":
        return Response(await previews.pdf(page), media_type=PDF, headers=HEADERS)
    return Response(previews.html(page), media_type="text/html", headers=HEADERS)
