"""A campaign's population over HTTP."""

from contextlib import suppress
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from services.dispatcher.customers.schema import PopulationSchema
from services.dispatcher.files.api import upload_of
from services.dispatcher.population.loader import PopulationLoader
from services.dispatcher.population.repository.population import MongoPopulation
from shared.contracts import PopulationLoaded
from shared.errors import NotFound, NotYet
from shared.principal import Principal
from shared.values import CampaignReference
from shared.web.callers.access import allowed
from shared.web.dependencies import part

Loader = Annotated[Principal, Depends(allowed("population:write"))]
Reader = Annotated[Principal, Depends(allowed("dispatch:read", "population:write"))]
Population = Annotated[MongoPopulation, Depends(part(MongoPopulation))]

router = APIRouter(prefix="/v1/campaigns/{reference}/population", tags=["population"])


@router.put("/schema")
async def declare_schema(
    reference: CampaignReference, schema: PopulationSchema, _caller: Loader, population: Population
) -> PopulationSchema:
    """Says what the columns of the file mean, before it is loaded."""
    with suppress(NotYet):  # declared before its approval, it is held against the plan when the file is loaded
        schema.reference.expect_kind_of((await population.campaign(reference)).plan.reference_kind)
    await population.declare(reference, schema)
    return schema


@router.get("/schema")
async def population_schema(reference: CampaignReference, _caller: Reader, population: Population) -> PopulationSchema:
    """The schema as declared; or, once the campaign is approved, the one that holds by default."""
    declared = await population.declared_schema(reference)
    return declared or await population.schema(await population.campaign(reference))


@router.put("", status_code=201, response_model=PopulationLoaded)
async def load_population(
    reference: CampaignReference,
    request: Request,
    caller: Loader,
    loader: Annotated[PopulationLoader, Depends(part(PopulationLoader))],
    population: Population,
) -> dict[str, Any]:
    """Streams a file of the customers in scope: CSV (UTF-8) or Parquet. Good rows are kept, bad ones reported by row
    and reason. The same file again has the same answer; with `Content-Digest: sha-256=:…:` it need not be read."""
    return await population.loaded(await loader.load(reference, upload_of(request, caller.subject)))


@router.get("", response_model=PopulationLoaded)
async def population_report(reference: CampaignReference, _caller: Reader, population: Population) -> dict[str, Any]:
    """The load's report: counts only."""
    return await population.loaded(await _load(population, reference))


@router.get("/rejections", response_class=StreamingResponse)
async def rejections(reference: CampaignReference, _caller: Reader, population: Population) -> StreamingResponse:
    """The rejected rows as CSV: row (the first after the header is 1), field, reason."""
    return await left_out(population, reference, "rejected")


@router.get("/suppressed", response_class=StreamingResponse)
async def suppressed(reference: CampaignReference, _caller: Reader, population: Population) -> StreamingResponse:
    """The rows of customers who are not written to, as CSV: row, reason."""
    return await left_out(population, reference, "suppressed")


async def left_out(
    population: MongoPopulation, reference: str, which: Literal["rejected", "suppressed"]
) -> StreamingResponse:
    """Returns the rows that were left out, as a file: codes of ours, and nothing of any customer."""
    lines = population.left_out(await _load(population, reference), which)
    name = f'attachment; filename="{reference}-{which}.csv"'
    return StreamingResponse(lines, media_type="text/csv", headers={"Content-Disposition": name})


async def _load(population: MongoPopulation, reference: str) -> str:
    load = (await population.campaign(reference)).load
    if load is None:
        raise NotFound(f"no population has been loaded for {reference}")
    return load
