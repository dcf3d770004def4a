"""Outcomes over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.intake.callers import Recorder
from services.intake.outcomes.correction import ChangedOutcome, OutcomeCorrection, OutcomeVoiding
from services.intake.outcomes.file import OutcomeFile
from services.intake.outcomes.outcome import OutcomeReport, RecordedOutcome, Submitted
from services.intake.outcomes.recorder import OutcomeRecorder
from shared.errors import Permanent
from shared.idempotency import identified
from shared.values import Identifier
from shared.web.bodies.media_types import is_csv
from shared.web.bodies.streaming import AnswerWhileReading
from shared.web.dependencies import part
from shared.web.idempotency import Digest, IdempotencyKey

Desk = Annotated[OutcomeRecorder, Depends(part(OutcomeRecorder))]

router = APIRouter(tags=["outcomes"])


@router.post("/outcomes", status_code=201)
async def record(
    report: OutcomeReport, caller: Recorder, desk: Desk, digest: Digest, idempotency_key: IdempotencyKey = None
) -> RecordedOutcome:
    """Record what one customer did."""
    desk.check(report)
    request = identified(caller, "outcome", idempotency_key, report, digest)
    (recorded,) = await desk.record([Submitted(request.id, request.digest, report, again=idempotency_key is not None)])
    if isinstance(recorded, Permanent):
        raise recorded
    return recorded


@router.post("/outcomes/file", response_class=AnswerWhileReading)
async def record_file(
    request: Request, caller: Recorder, desk: Desk, digest: Digest, idempotency_key: IdempotencyKey = None
) -> AnswerWhileReading:
    """Record up to 100,000 outcomes, a line each: as CSV where `Content-Type` is `text/csv`, else as NDJSON."""
    file = OutcomeFile(desk, caller, idempotency_key, digest, as_csv=is_csv(request.headers))
    return AnswerWhileReading(file.record(request.stream()), media_type="application/x-ndjson")


@router.post("/outcomes/{outcome_id}/corrections")
async def correct(
    outcome_id: Identifier,
    correction: OutcomeCorrection,
    caller: Recorder,
    desk: Desk,
    digest: Digest,
    idempotency_key: IdempotencyKey = None,
) -> ChangedOutcome:
    """Replace what was recorded of an outcome; whose it is stays."""
    request = identified(caller, f"outcome-change|{outcome_id}", idempotency_key, correction, digest)
    return await desk.correct(outcome_id, request, caller.subject, correction.why, correction)


@router.post("/outcomes/{outcome_id}/void")
async def void(
    outcome_id: Identifier,
    voiding: OutcomeVoiding,
    caller: Recorder,
    desk: Desk,
    digest: Digest,
    idempotency_key: IdempotencyKey = None,
) -> ChangedOutcome:
    """An outcome that was recorded by mistake counts for nothing from now on."""
    request = identified(caller, f"outcome-change|{outcome_id}", idempotency_key, voiding, digest)
    return await desk.correct(outcome_id, request, caller.subject, voiding.why, None)
