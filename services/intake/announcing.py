"""What is said of a contact: that somebody got in touch, and why; never who, or what they said."""

from datetime import datetime

from services.intake.contact import Contact
from services.intake.referral import Referral
from shared.contracts import ContactCorrected, ContactRecorded, Contract, InformationVolunteered, ReferralRaised


def announcements(contact: Contact) -> list[Contract]:
    said: list[Contract] = [_recorded(contact)]
    if contact.report.volunteered and contact.disclosure:
        said.append(_volunteered(contact, contact.disclosure, contact.report.volunteered.kind))
    said += [raised(contact, referral, contact.recorded_at) for referral in contact.referrals]
    return said


def corrected(contact: Contact, at: datetime) -> ContactCorrected:
    return ContactCorrected(
        contact=contact.id,
        version=contact.version,
        void=contact.void,
        campaign=contact.campaign,
        letter=contact.reference,
        arm=contact.arm,
        channel=contact.report.channel,
        reason=contact.report.reason,
        team=contact.team,
        received_at=contact.report.received_at,
        corrected_at=at,
    )


def raised(contact: Contact, referral: Referral, at: datetime) -> ReferralRaised:
    return ReferralRaised(
        referral=referral.id,
        contact=contact.id,
        campaign=contact.campaign,
        team=referral.team,
        reason=referral.reason,
        raised_at=at,
    )


def _recorded(contact: Contact) -> ContactRecorded:
    return ContactRecorded(
        contact=contact.id,
        campaign=contact.campaign,
        letter=contact.reference,
        arm=contact.arm,
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
        campaign=contact.campaign,
        arm=contact.arm,
        kind=kind,
        received_at=contact.report.received_at,
    )
