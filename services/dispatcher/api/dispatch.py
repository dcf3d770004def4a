"""How far dispatching has come, over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from services.dispatcher.repository.ledger import MongoDispatch
from services.dispatcher.repository.population import MongoPopulation
from shared.values import CampaignReference
from shared.web.access import Principal, allowed
from shared.web.parts import part

Reader = Annotated[Principal, Depends(allowed("dispatch:read", "population:write"))]
Population = Annotated[MongoPopulation, Depends(part(MongoPopulation))]
Dispatched = Annotated[MongoDispatch, Depends(part(MongoDispatch))]

router = APIRouter(prefix="/v1/campaigns/{reference}", tags=["dispatch"])


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
