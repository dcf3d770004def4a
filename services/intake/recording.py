"""Recording contacts: recognise the letter, decide who must know, keep it all, and say so."""

from collections.abc import Sequence
from typing import Protocol

from services.intake.contact import Contact, ContactReport, RegisteredLetter
from services.intake.routing import referrals
from shared.clock import Clock
from shared.contracts import ContactRecorded, Contract, InformationVolunteered, ReferralRaised
from shared.errors import Invalid
from shared.identifiers import derived_id
from shared.letter_reference import parse_letter_reference


class ContactRepository(Protocol):
    async def letter(self, reference: str) -> RegisteredLetter | None: ...

    async def add(self, contact: Contact, digest: str, said: Sequence[Contract]) -> Contact:
        """Keep a contact and say so, all or nothing.

        The same contact again gives the one that is kept; another body under its id raises `Conflict`.
        """
        ...


class Recorder:
    def __init__(self, repository: ContactRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock

    async def record(self, report: ContactReport, team: str, contact_id: str, digest: str) -> Contact:
        """Nobody is turned away for a letter we cannot make out: the contact is kept without one."""
        reference = _canonical(report.letter_reference)
        letter = await self._repository.letter(reference) if reference else None
        contact = Contact(
            id=contact_id,
            report=report,
            team=team,
            letter=letter,
            reference=reference,
            disclosure=derived_id(contact_id, "disclosure") if report.volunteered else None,
            referrals=referrals(contact_id, report),
            recorded_at=self._clock.now(),
        )
        return await self._repository.add(contact, digest, announcements(contact))


def announcements(contact: Contact) -> list[Contract]:
    """That somebody got in touch, and why; never who, or what they said."""
    said: list[Contract] = [_recorded(contact)]
    if contact.report.volunteered and contact.disclosure:
        said.append(_volunteered(contact, contact.disclosure, contact.report.volunteered.kind))
    said += [_raised(contact, referral.id, referral.team, referral.reason) for referral in contact.referrals]
    return said


def _recorded(contact: Contact) -> ContactRecorded:
    return ContactRecorded(
        contact=contact.id,
        campaign=_campaign(contact),
        letter=contact.reference,
        arm=contact.letter.arm if contact.letter else None,
        channel=contact.report.channel,
        reason=contact.report.reason,
        team=contact.team,
        duration_seconds=contact.report.duration_seconds,
        received_at=contact.report.received_at,
    )


def _volunteered(contact: Contact, disclosure: str, kind: str) -> InformationVolunteered:
    return InformationVolunteered(
        disclosure=disclosure,
        contact=contact.id,
        campaign=_campaign(contact),
        arm=contact.letter.arm if contact.letter else None,
        kind=kind,
        received_at=contact.report.received_at,
    )


def _raised(contact: Contact, referral: str, team: str, reason: str) -> ReferralRaised:
    return ReferralRaised(
        referral=referral,
        contact=contact.id,
        campaign=_campaign(contact),
        team=team,
        reason=reason,
        raised_at=contact.recorded_at,
    )


def _campaign(contact: Contact) -> str | None:
    return contact.letter.campaign if contact.letter else None


def _canonical(text: str | None) -> str | None:
    try:
        return parse_letter_reference(text) if text else None
    except Invalid:
        return None
