"""Requests of customers about their data, over HTTP, for the data protection team."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response, StreamingResponse

from services.intake.disclosures.attachments import Attachments
from services.intake.privacy.erasure import Erasure
from services.intake.privacy.export_zip import as_zip
from services.intake.privacy.paper import on_paper
from services.intake.privacy.service import DataProtection
from shared.customers.subject_access import Export, Ground, Whom
from shared.principal import Principal
from shared.retention.retention import Retention
from shared.values import Code, Value
from shared.web.callers.access import allowed
from shared.web.dependencies import part

Exporter = Annotated[Principal, Depends(allowed("privacy:export"))]
Manager = Annotated[Principal, Depends(allowed("privacy:manage"))]
Protection = Annotated[DataProtection, Depends(part(DataProtection))]
Files = Annotated[Attachments, Depends(part(Attachments))]
PRIVATE = {"Cache-Control": "no-store"}
SAVED = {"Content-Disposition": 'attachment; filename="export.zip"', "X-Content-Type-Options": "nosniff"}

router = APIRouter(prefix="/privacy", tags=["privacy"])


class Restriction(Value):
    """The customer, and the reason why their data is restricted, or not any more."""

    whom: Whom
    reason: Code


class RestrictionMade(Value):
    """`matched`: something is kept under that name. If not, only what comes under it later is restricted: perhaps the
    customer is known by another."""

    matched: bool


class ErasureRequest(Value):
    """The customer, and the ground on which they ask for erasure."""

    whom: Whom
    ground: Ground


@router.post("/exports")
async def export(whom: Whom, caller: Exporter, protection: Protection, response: Response) -> Export:
    """Export everything that is kept about a customer, and who has seen it."""
    response.headers.update(PRIVATE)
    return await protection.export(whom, caller)


@router.post("/exports/pdf", response_class=Response, responses={200: {"content": {"application/pdf": {}}}})
async def export_pdf(whom: Whom, caller: Exporter, protection: Protection) -> Response:
    """Export it as a PDF, to be printed and sent to the customer."""
    pdf = await on_paper(await protection.export(whom, caller))
    return Response(pdf, media_type="application/pdf", headers=PRIVATE)


@router.post("/exports/zip", response_class=StreamingResponse, responses={200: {"content": {"application/zip": {}}}})
async def export_zip(whom: Whom, caller: Exporter, protection: Protection, files: Files) -> StreamingResponse:
    """Export both, with the files that the customer sent, as a ZIP archive."""
    export = await protection.export(whom, caller, files=True)
    return StreamingResponse(as_zip(export, files), media_type="application/zip", headers=PRIVATE | SAVED)


@router.post("/restrictions")
async def restrict(restriction: Restriction, caller: Manager, protection: Protection) -> RestrictionMade:
    """Restrict a customer's data: from now on nobody reads or uses it, except to export it."""
    return RestrictionMade(matched=await protection.restrict(restriction.whom, restriction.reason, caller))


@router.post("/restrictions/lift", status_code=204)
async def lift(restriction: Restriction, caller: Manager, protection: Protection) -> None:
    """Lift a restriction: the customer's data may be read and used again."""
    await protection.lift(restriction.whom, restriction.reason, caller)


@router.post("/erasures")
async def erase(request: ErasureRequest, caller: Manager, protection: Protection) -> Erasure:
    """Erase personal data as far as the law allows; the answer says what has to stay, until when and why."""
    return await protection.erase(request.whom, request.ground, caller)


@router.get("/retention")
async def retention(
    _caller: Manager, retention: Annotated[Retention, Depends(part(Retention))]
) -> list[dict[str, object]]:
    """List how long each type of record is kept, and why."""
    return [kind.model_dump(mode="json") for kind in retention.policy]
