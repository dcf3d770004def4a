"""Previews of letters over HTTP: those of a campaign, and drafts that are in no plan yet."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.dispatcher.letters.preview import draft, specimen
from services.dispatcher.population.repository.population import MongoPopulation
from shared.contracts.campaigns import AgentLetter, Language, Letter
from shared.letters.page import LetterPage
from shared.letters.previews import Previews
from shared.principal import Principal
from shared.values import CampaignReference, Code, Value
from shared.web.callers.access import allowed
from shared.web.dependencies import part
from shared.web.site.policy import document_headers

Reader = Annotated[Principal, Depends(allowed("dispatch:read", "population:write", "campaigns:read"))]
Shown = Annotated[Previews, Depends(part(Previews))]
As = Literal["html", "pdf"]
PrintFormat = Literal["standard", "large-print"]
Recipient = Literal["customer", "agent"]
PDF = "application/pdf"

router = APIRouter(prefix="/v1", tags=["dispatch"])


class DraftAgentLetter(AgentLetter, extra="forbid"):
    """An unknown field is a mistake."""


class DraftLetter(Letter, extra="forbid"):
    """A letter as in a plan; an unknown field is a mistake."""

    agent: DraftAgentLetter | None = None


class Draft(Value):
    """A letter, and how it is to be shown. `respond_by`: what the plan will say; without one some day is shown."""

    letter: DraftLetter
    format: PrintFormat = "standard"
    shown_as: Annotated[As, Field(alias="as")] = "html"
    recipient: Recipient = "customer"
    respond_by: date | None = None


@router.get("/campaigns/{reference}/previews/{arm}", response_class=Response)
async def preview(
    reference: CampaignReference,
    arm: Code,
    _caller: Reader,
    population: Annotated[MongoPopulation, Depends(part(MongoPopulation))],
    previews: Shown,
    language: Language = "en",
    as_: As = "html",
    print_format: PrintFormat = "standard",
    copy: Recipient = "customer",
) -> Response:
    """The letter of one arm as an invented customer would get it, or (`copy=agent`) their agent, as HTML or PDF
    (`as_=pdf`)."""
    page = specimen(await population.campaign(reference), arm, language, print_format, agents=copy == "agent")
    return await _shown(page, previews, as_)


@router.post("/previews", response_class=Response)
async def preview_draft(body: Draft, _caller: Reader, previews: Shown) -> Response:
    """Shows a letter that no campaign has yet, as an invented customer would get it, or (`recipient` `agent`) their
    agent. Nothing is kept. 422 for a letter that would be refused at approval, with the reasons."""
    page = draft(body.letter, body.format, body.respond_by, agents=body.recipient == "agent")
    return await _shown(page, previews, body.shown_as)


async def _shown(page: LetterPage, previews: Previews, as_: As) -> Response:
    if as_ == "pdf":
        return Response(await previews.pdf(page), media_type=PDF, headers=document_headers(""))
    shown = previews.html(page)
    return Response(shown, media_type="text/html", headers=document_headers(shown))
