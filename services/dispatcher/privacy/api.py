"""Requests of customers about the populations they are in, over HTTP: export, restriction and erasure."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.dispatcher.privacy.service import DataProtection
from services.dispatcher.privacy.subject import Erasure
from shared.customers.subject_access import Export, Ground, Whom
from shared.principal import Principal
from shared.values import Code, Value
from shared.web.callers.access import allowed
from shared.web.dependencies import part

Exporter = Annotated[Principal, Depends(allowed("privacy:export"))]
Manager = Annotated[Principal, Depends(allowed("privacy:manage"))]
Protection = Annotated[DataProtection, Depends(part(DataProtection))]

router = APIRouter(prefix="/v1/subjects", tags=["privacy"])


class Restriction(Value):
    """A customer, and why their data is restricted or no longer restricted."""

    whom: Whom
    reason: Code


class ErasureRequest(Value):
    """A customer, and the ground on which they ask for erasure."""

    whom: Whom
    ground: Ground


@router.post("/export")
async def export(whom: Whom, caller: Exporter, protection: Protection, response: Response) -> Export:
    """Everything that is kept about a customer here, and who has seen it."""
    response.headers["Cache-Control"] = "no-store"
    return await protection.export(whom, caller)


@router.post("/restrict", status_code=204)
async def restrict(restriction: Restriction, caller: Manager, protection: Protection) -> None:
    """Restricts the customer's data: no campaign writes to them or takes them into its population."""
    await protection.restrict(restriction.whom, restriction.reason, caller)


@router.post("/lift", status_code=204)
async def lift(restriction: Restriction, caller: Manager, protection: Protection) -> None:
    """The customer may be written to again."""
    await protection.lift(restriction.whom, restriction.reason, caller)


@router.post("/erase")
async def erase(request: ErasureRequest, caller: Manager, protection: Protection) -> Erasure:
    """Takes the customer out of every population in which nothing is still to be issued to them."""
    return await protection.erase(request.whom, request.ground, caller)
