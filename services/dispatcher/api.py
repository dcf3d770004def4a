"""Dispatcher over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from services.dispatcher.population import PopulationLoader
from services.dispatcher.repository.ledger import MongoDispatch
from services.dispatcher.repository.population import MongoPopulation
from shared.contracts import PopulationLoaded
from shared.errors import NotFound
from shared.values import CampaignReference
from shared.web.access import Principal, allowed
from shared.web.parts import part

Loader = Annotated[Principal, Depends(allowed("population:write"))]
Reader = Annotated[Principal, Depends(allowed("dispatch:read", "population:write"))]
Population = Annotated[MongoPopulation, Depends(part(MongoPopulation))]
Dispatched = Annotated[MongoDispatch, Depends(part(MongoDispatch))]

router = APIRouter(prefix="/v1/campaigns/{reference}", tags=["dispatch"])


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


@router.get("/dispatch")
async def dispatch_status(
    reference: CampaignReference, _caller: Reader, population: Population, dispatched: Dispatched
) -> dict[str, Any]:
    """How far it has come, counted from the ledger."""
    campaign = await population.campaign(reference)
    counts = await dispatched.counts(reference)
    return {
        "campaign": reference,
        "status": campaign.status,
        "completed_at": campaign.completed_at,
        "waves": [wave.model_dump(mode="json") for wave in campaign.waves],
        "chunks": await dispatched.chunk_counts(reference),
        "ledger": [{"arm": arm, "state": state, "count": count} for (arm, state), count in sorted(counts.items())],
    }


async def _load(population: MongoPopulation, reference: str) -> str:
    load = (await population.campaign(reference)).load
    if load is None:
        raise NotFound(f"no population has been loaded for {reference}")
    return load
