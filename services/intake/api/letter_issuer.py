"""What the letter issuer tells us, over HTTP."""

from fastapi import APIRouter

from services.intake.api.callers import Issuer
from services.intake.api.contacts import Recorded, TheRecorder, keep
from services.intake.contact import ContactReport
from shared.web.idempotency import IdempotencyKey

router = APIRouter(prefix="/letter-issuer", tags=["letter issuer"])


@router.post("/contacts", status_code=201)
async def record_for_issuer(
    report: ContactReport, caller: Issuer, recorder: TheRecorder, idempotency_key: IdempotencyKey = None
) -> Recorded:
    """Record one contact that the letter issuer's own call centre took."""
    return await keep(report, caller, recorder, idempotency_key)
