"""Correcting and voiding contacts, with their history kept and their counts moved."""

from dataclasses import dataclass, replace

from services.intake.contacts.contact import Contact, ContactReport, misdated
from services.intake.contacts.events import corrected
from services.intake.contacts.history import Earlier
from services.intake.contacts.ports import CorrectionRepository
from services.intake.contacts.recogniser import IncomingContact, RecognisedContact, Recogniser
from shared.clock import Clock
from shared.errors import Conflict, Invalid, Problem, Stale
from shared.idempotency import expect_same_request
from shared.values import Identifier, Number, Value


@dataclass(frozen=True, slots=True)
class Change:
    """One request to change a contact: its author, the reason, and the report to record instead (None: it is void)."""

    id: str
    digest: str
    by: str
    why: str
    report: ContactReport | None


class Changed(Value):
    """A contact was changed: its version then, and whether it is void. The same answer to the same change, whatever
    was changed after it; none of the words that it holds."""

    contact: Identifier
    version: Number
    void: bool


class Corrections:
    def __init__(self, repository: CorrectionRepository, recogniser: Recogniser, clock: Clock) -> None:
        self._repository = repository
        self._recogniser = recogniser
        self._clock = clock

    async def apply(self, contact_id: str, change: Change) -> Changed:
        """Changes a contact once: the same change again gives the first answer. A void contact cannot be corrected."""
        before = await self._repository.get(contact_id)
        if done := await self._done(contact_id, change):
            return done
        _expect_open(before)
        _expect_nothing_new(change)
        self._expect_dated(before, change)
        after = await self._changed(before, change)
        kept = Earlier(
            id=change.id,
            contact=before,
            by=change.by,
            why=change.why,
            changed_at=self._clock.now(),
            digest=change.digest,
            version=before.version,
        )
        try:
            await self._repository.replace(before, after, kept, [corrected(before, after.contact, kept.changed_at)])
        except Stale:
            if done := await self._done(contact_id, change):  # it was sent again while it was being done
                return done
            _expect_open(await self._repository.get(contact_id))
            raise
        return _changed(kept, change)

    async def recognise_anew(self, contact_id: str, request: str, by: str) -> None:
        """Corrects a contact whose letter has become known since, as if it had been known from the first."""
        contact = await self._repository.get(contact_id)
        if not contact.void:
            await self.apply(contact_id, Change(request, "", by, "letter-registered", contact.report))

    async def history(self, contact_id: str) -> list[Earlier]:
        """Raises `NotFound` for a contact that there is not."""
        await self._repository.get(contact_id)
        return await self._repository.history(contact_id)

    async def _done(self, contact_id: str, change: Change) -> Changed | None:
        """Returns the answer to a change that was made before. Raises `Conflict` for another change under its id."""
        earlier = next((e for e in await self._repository.history(contact_id) if e.id == change.id), None)
        if earlier is None:
            return None
        expect_same_request(earlier.digest, change)
        return _changed(earlier, change)

    def _expect_dated(self, before: Contact, change: Change) -> None:
        """Raises `Invalid` for a new date that cannot be right; one that was recorded before may stay."""
        report = change.report
        if report is None or report.received_at == before.report.received_at:
            return
        if problem := misdated(report, self._clock.now()):
            raise problem

    async def _changed(self, before: Contact, change: Change) -> RecognisedContact:
        """Returns the contact as it is after the change. Its disclosure and its referrals stay and follow it."""
        version = before.version + 1
        if change.report is None:
            return RecognisedContact(
                before.model_copy(update={"version": version, "void": True}), change.digest, again=True
            )
        arrival = IncomingContact(change.report, before.recorded_by, before.team, before.id, change.digest, again=True)
        (taken,) = await self._recogniser.recognise([arrival], self._clock.now())
        same = {"disclosure": before.disclosure, "referrals": before.referrals, "recorded_at": before.recorded_at}
        contact = taken.contact.model_copy(update={**same, "version": version, "void": False})
        return replace(taken, contact=contact)


def _changed(earlier: Earlier, change: Change) -> Changed:
    return Changed(contact=earlier.contact.id, version=earlier.version + 1, void=change.report is None)


def _expect_open(contact: Contact) -> None:
    """Raises `Conflict` for a contact that was erased or is void."""
    if contact.erased_at is not None:
        raise Conflict("what was said in this contact has been erased: it stays as it is")
    if contact.void:
        raise Conflict("this contact is void: record a new one")


def _expect_nothing_new(change: Change) -> None:
    """Raises `Invalid` rather than lose what was volunteered: it stands in a disclosure, which has its own way."""
    if change.report and change.report.volunteered:
        message = "a correction volunteers nothing: record what was volunteered as a contact of its own"
        raise Invalid(message, Problem("report.volunteered", "not-in-a-correction", message))
