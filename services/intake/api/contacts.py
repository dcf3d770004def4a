"""Contacts over HTTP: one by one, by the stream, and read again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from services.intake.api.callers import Counter, Handler, Reader
from services.intake.batch import BatchRecorder
from services.intake.contact import Contact, ContactReport
from services.intake.recording import Recorder
from services.intake.repository.contacts import MongoContacts
from shared.values import CampaignReference, Code, Identifier, LetterReference, Value
from shared.web.access import Principal
from shared.web.idempotency import IdempotencyKey, identified
from shared.web.parts import part
from shared.web.streaming import AnswerWhileReading

TheRecorder = Annotated[Recorder, Depends(part(Recorder))]
Contacts = Annotated[MongoContacts, Depends(part(MongoContacts))]

router = APIRouter(tags=["contacts"])


class Recorded(Value):
    """A contact was kept. `campaign` and `arm` are absent when we do not know the letter."""

    contact: Identifier
    letter: LetterReference | None
    campaign: CampaignReference | None
    arm: Code | None
    disclosure: Identifier | None
    referred_to: tuple[Code, ...]


@router.post("/contacts", status_code=201)
async def record(
    report: ContactReport, caller: Handler, recorder: TheRecorder, idempotency_key: IdempotencyKey = None
) -> Recorded:
    """Record one contact, whatever letter it is about."""
    return await keep(report, caller, recorder, idempotency_key)


@router.post("/contacts/batch", response_class=AnswerWhileReading)
async def record_batch(
    request: Request,
    caller: Handler,
    recorder: Annotated[BatchRecorder, Depends(part(BatchRecorder))],
    idempotency_key: IdempotencyKey = None,
) -> AnswerWhileReading:
    """Record a stream of contacts, one JSON object a line; the answer has one line for each."""
    answers = recorder.record(request.stream(), caller, idempotency_key)
    return AnswerWhileReading(answers, media_type="application/x-ndjson")


@router.get("/contacts/{contact_id}")
async def one(contact_id: Identifier, _caller: Reader, contacts: Contacts) -> Contact:
    """A contact with what the customer said, for those who may read it."""
    return await contacts.get(contact_id)


@router.get("/campaigns/{reference}/contacts")
async def counts(reference: CampaignReference, _caller: Counter, contacts: Contacts) -> dict[str, Any]:
    """Counts of contacts by reason, of what was volunteered, of referrals by team, and of letters we recognise."""
    registered = await contacts.letters_registered(reference)
    return {"campaign": reference, "letters_registered": registered, **await contacts.counts(reference)}


async def keep(report: ContactReport, caller: Principal, recorder: Recorder, key: str | None) -> Recorded:
    request = identified(caller, "contact", key, report)
    contact = await recorder.record(report, caller.subject, request.id, request.digest)
    return Recorded(
        contact=contact.id,
        letter=contact.reference,
        campaign=contact.letter.campaign if contact.letter else None,
        arm=contact.letter.arm if contact.letter else None,
        disclosure=contact.disclosure,
        referred_to=tuple(referral.team for referral in contact.referrals),
    )
