"""Pages on which analysts load a campaign's population, see what became of its rows, and fetch those left out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.dispatcher.files.upload import Upload
from services.dispatcher.population.api import Population, left_out
from services.dispatcher.population.loader import PopulationLoader
from services.dispatcher.population.repository.population import MongoPopulation
from shared.contracts import PopulationLoaded
from shared.errors import NotFound, NotYet, OtmError, Problem
from shared.values import CampaignReference
from shared.web.dependencies import part
from shared.web.site.file_forms import PostedFile, posting_file
from shared.web.site.look import Look, TheLook, error_list
from shared.web.site.visitors import Visit, visiting
from shared.wording import sentence

TEMPLATES = Path(__file__).parent / "templates"
FILE = "/file"
"""The ending of the address that a file is sent to."""
CHOOSE = "Choose the file of the population"
Reader = Annotated[Visit, Depends(visiting("population:write", "dispatch:read"))]
Sent = Annotated[PostedFile, Depends(posting_file("population:write"))]

router = APIRouter(prefix="/populations", include_in_schema=False)


@router.get("")
async def everything(visit: Reader, population: Population, look: TheLook) -> Response:
    """Shows every campaign that was approved, and whether its population is loaded."""
    return look.page("population/populations.html", visit, campaigns=await population.known())


@router.get("/{reference}")
async def show(reference: CampaignReference, visit: Reader, population: Population, look: TheLook) -> Response:
    """Shows what became of the rows; before the load, which columns the file needs."""
    return await _shown(look, visit, population, reference)


@router.get("/{reference}/file")
async def back(reference: CampaignReference, _visit: Reader) -> Response:
    """Leads to the page that asks for the file."""
    return _to(reference)


@router.post("/{reference}/file")
async def load(
    reference: CampaignReference,
    sent: Sent,
    population: Population,
    loader: Annotated[PopulationLoader, Depends(part(PopulationLoader))],
    look: TheLook,
) -> Response:
    """Loads the file as it comes in; the same file again leads to the same report."""
    visit = sent.posted.visit
    if not sent.file.chosen:
        await sent.file.passed_over()
        return await _shown(look, visit, population, reference, 422, [Problem("file", "required", CHOOSE)])
    try:
        await loader.load(reference, Upload(sent.file.chunks(), visit.person.subject))
    except OtmError as error:
        await sent.file.passed_over()
        return await _shown(look, visit, population, reference, error.status, _problems(error))
    return _to(reference)


@router.get("/{reference}/{which}")
async def rows(
    reference: CampaignReference, which: Literal["rejected", "suppressed"], _visit: Reader, population: Population
) -> Response:
    """Returns the rows that were rejected, or whose customers are not written to, as CSV."""
    return await left_out(population, reference, which)


def _to(reference: str) -> Response:
    return RedirectResponse(f"/populations/{reference}", HTTP_303_SEE_OTHER)


def _problems(error: OtmError) -> list[Problem]:
    """Returns the error at the field of the file, then each thing that is wrong with it."""
    further = [Problem("file", p.rule, f"{sentence(p.field)}: {p.message}") for p in error.problems]
    return [Problem("file", error.code, sentence(error.message)), *further]


async def _shown(
    look: Look,
    visit: Visit,
    population: MongoPopulation,
    reference: str,
    status: int = 200,
    problems: Sequence[Problem] = (),
) -> Response:
    try:
        campaign = await population.campaign(reference)
    except NotYet:
        raise NotFound(f"{reference} is not approved yet: its population is loaded once it is") from None
    schema = await population.schema(campaign)
    values: dict[str, Any] = {
        "campaign": campaign,
        "loaded": PopulationLoaded.model_validate(await population.loaded(campaign.load)) if campaign.load else None,
        "so_far": await population.rows_so_far(reference),
        "needed": sorted(name for name, field in schema.headings.items() if field in schema.needed),
        "others": sorted(name for name, field in schema.headings.items() if field not in schema.needed),
        "errors": error_list(problems, look.words(visit)),
        "may": "population:write" in visit.person.scopes,
    }
    return look.page("population/population.html", visit.at(f"/populations/{reference}"), status, **values)
