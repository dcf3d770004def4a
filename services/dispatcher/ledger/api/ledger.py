"""Progress of dispatching over HTTP: counts, sums, single communications, and the audit."""

from collections.abc import AsyncIterator
from dataclasses import astuple, fields
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from services.dispatcher.audit.audit import Audit
from services.dispatcher.audit.reconciliation import reconciled
from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.issue.repository import MongoDispatch
from services.dispatcher.issue.waits import RESPOND_BY
from services.dispatcher.ledger.digest import Digest
from services.dispatcher.population.repository.population import MongoPopulation
from shared.clock import Clock, today
from shared.principal import Principal
from shared.values import CampaignReference, LetterReference
from shared.web.callers.access import allowed
from shared.web.dependencies import part

Reader = Annotated[Principal, Depends(allowed("dispatch:read", "population:write"))]
Population = Annotated[MongoPopulation, Depends(part(MongoPopulation))]
Dispatched = Annotated[MongoDispatch, Depends(part(MongoDispatch))]
Auditing = Annotated[Audit, Depends(part(Audit))]

router = APIRouter(prefix="/v1/campaigns/{reference}", tags=["dispatch"])


@router.get("/dispatch")
async def dispatch_status(
    reference: CampaignReference,
    _caller: Reader,
    population: Population,
    dispatched: Dispatched,
    clock: Annotated[Clock, Depends(part(Clock))],
) -> dict[str, Any]:
    """Progress, counted from the ledger: `ledger` is what was done, `delivery` how far it came after."""
    campaign = await population.campaign(reference)
    return {
        "campaign": reference,
        "status": campaign.status,
        "may_issue": campaign.may_issue,
        "plan_version": campaign.plan.plan_version,
        "scheduled_by_plan": campaign.scheduled,
        "completed_at": campaign.completed_at,
        "waves": [wave.model_dump(mode="json") for wave in campaign.waves],
        "chunks": await dispatched.chunk_counts(reference),
        "waiting": await dispatched.waiting(reference),
        "blocked": RESPOND_BY if campaign.overdue(today(clock)) and not campaign.completed_at else None,
        "ledger": _rows(await dispatched.counts(campaign)),
        "delivery": _rows(await dispatched.deliveries(campaign)),
    }


@router.get("/dispatch/reconciliation")
async def reconciliation(
    reference: CampaignReference, _caller: Reader, population: Population, dispatched: Dispatched
) -> dict[str, Any]:
    """Accounts for every row of the population, by arm. `left` counts rows not dealt with yet: it ends at 0, or at
    `cancelled` when the campaign is stopped. `findings` count what nothing explains."""
    found = await reconciled(dispatched, await population.campaign(reference))
    return {
        "campaign": reference,
        "rows": found.rows,
        "rejected": found.rejected,
        "suppressed": found.suppressed,
        "arms": [arm.model_dump() for arm in found.arms],
        "left": found.left,
        "cancelled": found.cancelled,
        "findings": found.findings,
        "tallies": found.tallies,
    }


@router.get("/dispatch/audit")
async def audit(
    reference: CampaignReference, _caller: Reader, population: Population, auditing: Auditing
) -> dict[str, Any]:
    """Compares the ledger with the allocation and the references it must have; `findings` is empty when all is well.
    `issued` is the number of communications, by channel, that print files and providers must have."""
    found = await auditing.look(await population.campaign(reference))
    return {"campaign": reference, "well": not found.findings, "findings": found.findings, "issued": found.issued}


@router.get("/dispatch/digests", response_class=StreamingResponse)
async def digests(
    reference: CampaignReference, _caller: Reader, population: Population, auditing: Auditing
) -> StreamingResponse:
    """Lists digests of the letters that are out, without naming any, as CSV: for each chunk, channel and recipient
    (`customer`, `agent`) the number of letter references, and the SHA-256 over them, sorted, with a line feed after
    each; and the SHA-256 of the print file and of its manifest."""
    return StreamingResponse(_lines(auditing, await population.campaign(reference)), media_type="text/csv")


@router.get("/communications/{letter}")
async def communication(
    reference: CampaignReference, letter: LetterReference, _caller: Reader, dispatched: Dispatched
) -> dict[str, Any]:
    """Everything the ledger has of one communication: when it was issued, by which plan, and how far it came."""
    return await dispatched.entry(reference, letter)


def _rows(counts: dict[tuple[str, str], int]) -> list[dict[str, Any]]:
    return [{"arm": arm, "state": state, "count": count} for (arm, state), count in sorted(counts.items())]


async def _lines(auditing: Audit, campaign: DispatchedCampaign) -> AsyncIterator[str]:
    yield ",".join(field.name for field in fields(Digest)) + "\r\n"
    async for digest in auditing.digests(campaign):
        yield ",".join(str(value) for value in astuple(digest)) + "\r\n"
