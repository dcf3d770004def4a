"""Reports of the letter issuer over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.intake.callers import Issuer, IssuerStream
from services.intake.contacts.api.contacts import TheRecorder
from services.intake.contacts.contact import ContactReport
from services.intake.contacts.receipt import Receipt
from services.intake.contacts.stream import BatchRecorder, arrival
from services.intake.delivery.delivery import DespatchReport, Reported, ReturnedMail
from services.intake.delivery.recorder import DeliveryRecorder
from shared.idempotency import identified
from shared.web.bodies.streaming import AnswerWhileReading
from shared.web.dependencies import part
from shared.web.idempotency import Digest, IdempotencyKey

Desk = Annotated[DeliveryRecorder, Depends(part(DeliveryRecorder))]

router = APIRouter(prefix="/letter-issuer", tags=["letter issuer"])


@router.post("/contacts", status_code=201)
async def record_for_issuer(
    report: ContactReport, caller: Issuer, recorder: TheRecorder, digest: Digest, idempotency_key: IdempotencyKey = None
) -> Receipt:
    """Record one contact that the letter issuer's own call centre took."""
    return await recorder.record(arrival(report, caller, idempotency_key, digest))


@router.post("/contacts/batch", response_class=AnswerWhileReading)
async def record_batch_for_issuer(
    sent: IssuerStream,
    recorder: Annotated[BatchRecorder, Depends(part(BatchRecorder))],
    idempotency_key: IdempotencyKey = None,
) -> AnswerWhileReading:
    """Record up to 100,000 contacts, one JSON object a line, once the signature over all of them is found right; the
    answer has one line for each."""
    answers = recorder.record(sent.chunks(), sent.caller, idempotency_key)
    return AnswerWhileReading(answers, media_type="application/x-ndjson")


@router.post("/despatch-reports", status_code=201)
async def despatched(
    report: DespatchReport, caller: Issuer, desk: Desk, digest: Digest, idempotency_key: IdempotencyKey = None
) -> Reported:
    """Take reports of letters that went out, or could not."""
    request = identified(caller, "despatch", idempotency_key, report, digest)
    return await desk.despatched(request, report, caller.subject)


@router.post("/returned-mail", status_code=201)
async def returned(
    report: ReturnedMail, caller: Issuer, desk: Desk, digest: Digest, idempotency_key: IdempotencyKey = None
) -> Reported:
    """Take reports of letters that came back."""
    request = identified(caller, "returned", idempotency_key, report, digest)
    return await desk.returned(request, report, caller.subject)
