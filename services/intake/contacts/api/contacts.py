"""Contacts over HTTP: one by one, by the stream, corrected, and read again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from services.intake.callers import Counter, Handler, Reader
from services.intake.contacts.api.visibility import Seen
from services.intake.contacts.contact import Contact, ContactReport
from services.intake.contacts.corrections import Change, Changed, Corrections
from services.intake.contacts.history import Earlier
from services.intake.contacts.receipt import Receipt
from services.intake.contacts.recorder import Recorder
from services.intake.contacts.repository.volumes import MongoVolumes
from services.intake.contacts.stream import BatchRecorder, arrival
from services.intake.disclosures.repository.disclosures import MongoDisclosures
from services.intake.referrals.repository import MongoReferrals
from services.intake.register.repository import MongoRegister
from shared.idempotency import identified
from shared.values import CampaignReference, Code, Identifier, Value
from shared.web.bodies.streaming import AnswerWhileReading
from shared.web.dependencies import part
from shared.web.idempotency import Digest, IdempotencyKey

TheRecorder = Annotated[Recorder, Depends(part(Recorder))]
TheCorrections = Annotated[Corrections, Depends(part(Corrections))]

router = APIRouter(tags=["contacts"])


class Correction(Value):
    """A report that replaces an earlier one, and the reason."""

    report: ContactReport
    why: Code


class Voiding(Value):
    """Why a contact should not have been recorded at all."""

    why: Code


@router.post("/contacts", status_code=201)
async def record(
    report: ContactReport,
    caller: Handler,
    recorder: TheRecorder,
    digest: Digest,
    idempotency_key: IdempotencyKey = None,
) -> Receipt:
    """Record one contact, whatever letter it is about."""
    return await recorder.record(arrival(report, caller, idempotency_key, digest))


@router.post("/contacts/batch", response_class=AnswerWhileReading)
async def record_batch(
    request: Request,
    caller: Handler,
    recorder: Annotated[BatchRecorder, Depends(part(BatchRecorder))],
    idempotency_key: IdempotencyKey = None,
) -> AnswerWhileReading:
    """Record a stream of up to 100,000 contacts, one JSON object a line; the answer has one line for each."""
    answers = recorder.record(request.stream(), caller, idempotency_key)
    return AnswerWhileReading(answers, media_type="application/x-ndjson")


@router.get("/contacts/{contact_id}")
async def one(contact_id: Identifier, caller: Reader, contacts: Seen) -> Contact:
    """A contact with what the customer said, for those who may read it."""
    return await contacts.to_read(caller, "contact.read", contact_id)


@router.post("/contacts/{contact_id}/corrections")
async def correct(
    contact_id: Identifier,
    correction: Correction,
    caller: Handler,
    contacts: Seen,
    corrections: TheCorrections,
    digest: Digest,
    idempotency_key: IdempotencyKey = None,
) -> Changed:
    """Replace what was recorded of a contact; what it was stays in its history. What was volunteered stays too.

    The answer has no words of the customer's: to change a contact is not to read it.
    """
    await contacts.to_change(caller, "contact.corrected", contact_id)
    request = identified(caller, f"correction|{contact_id}", idempotency_key, correction, digest)
    change = Change(request.id, request.digest, caller.subject, correction.why, correction.report)
    return await corrections.apply(contact_id, change)


@router.post("/contacts/{contact_id}/void")
async def void(
    contact_id: Identifier,
    voiding: Voiding,
    caller: Handler,
    contacts: Seen,
    corrections: TheCorrections,
    digest: Digest,
    idempotency_key: IdempotencyKey = None,
) -> Changed:
    """A contact that was recorded by mistake counts for nothing from now on; what it was stays readable."""
    await contacts.to_change(caller, "contact.voided", contact_id)
    request = identified(caller, f"correction|{contact_id}", idempotency_key, voiding, digest)
    return await corrections.apply(contact_id, Change(request.id, request.digest, caller.subject, voiding.why, None))


@router.get("/contacts/{contact_id}/history")
async def history(contact_id: Identifier, caller: Reader, contacts: Seen, corrections: TheCorrections) -> list[Earlier]:
    """Read a contact as it was before each of its changes, the oldest first."""
    earlier = await corrections.history(contact_id)
    names = [name for each in earlier for name in each.contact.about]
    await contacts.to_read(caller, "contact.history-read", contact_id, *names)
    return earlier


@router.get("/campaigns/{reference}/contacts")
async def counts(
    reference: CampaignReference,
    _caller: Counter,
    register: Annotated[MongoRegister, Depends(part(MongoRegister))],
    volumes: Annotated[MongoVolumes, Depends(part(MongoVolumes))],
    disclosures: Annotated[MongoDisclosures, Depends(part(MongoDisclosures))],
    referrals: Annotated[MongoReferrals, Depends(part(MongoReferrals))],
) -> dict[str, Any]:
    """Counts of contacts by reason, of what was volunteered, of referrals by team, and of letters we recognise."""
    by_reason = await volumes.volumes(reference, None, None, ["reason"])
    return {
        "campaign": reference,
        "letters_registered": await register.registered(reference),
        "contacts": {volume.reason: volume.contacts for volume in by_reason},
        "volunteered": await disclosures.count(reference),
        "referrals": await referrals.counts(reference),
    }
