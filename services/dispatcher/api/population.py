"""A campaign's population over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from services.dispatcher.population import PopulationLoader
from services.dispatcher.repository.population import MongoPopulation
from shared.contracts import PopulationLoaded
from shared.errors import NotFound
from shared.values import CampaignReference
from shared.web.access import Principal, allowed
from shared.web.parts import part

Loader = Annotated[Principal, Depends(allowed("population:write"))]
Reader = Annotated[Principal, Depends(allowed("dispatch:read", "population:write"))]
Population = Annotated[MongoPopulation, Depends(part(MongoPopulation))]

router = APIRouter(prefix="/v1/campaigns/{reference}", tags=["population"])


@router.put("/population", status_code=201)
async def load_population(
    reference: CampaignReference,
    request: Request,
    _caller: Loader,
    loader: Annotated[PopulationLoader, Depends(part(PopulationLoader))],
    population: Population,
) -> dict[str, Any]:
    """Stream a CSV file (UTF-8) of the customers in scope. Good rows are kept, bad ones reported by row and reason."""
    return await population.loaded(await loader.load(reference, request.stream()))


@router.get("/population", response_model=PopulationLoaded)
async def population_report(reference: CampaignReference, _caller: Reader, population: Population) -> dict[str, Any]:
    """What the population file came to: counts only."""
    return await population.loaded(await _load(population, reference))


@router.get("/population/rejections", response_class=StreamingResponse)
async def rejections(reference: CampaignReference, _caller: Reader, population: Population) -> StreamingResponse:
    """The rejected rows as CSV: row (the first after the header is 1), field, reason."""
    lines = population.rejections_csv(await _load(population, reference))
    return StreamingResponse(lines, media_type="text/csv")


async def _load(population: MongoPopulation, reference: str) -> str:
    load = (await population.campaign(reference)).load
    if load is None:
        raise NotFound(f"no population has been loaded for {reference}")
    return load
