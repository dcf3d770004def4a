"""Events about contacts: that a customer got in touch, and why; never their name or their words."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from services.intake.contacts.contact import Contact
from services.intake.referrals.referral import Referral
from shared.contracts import (
    ContactCorrected,
    ContactRecorded,
    ContactsRecorded,
    Contract,
    InformationVolunteered,
    ReferralRaised,
)
from shared.contracts.contacts import MOST_TOGETHER, CountedContact, RecordedContact


def announcements(contacts: Sequence[Contact], together: bool) -> Iterator[tuple[Contact, list[Contract]]]:
    """Yields each new contact with the events that follow from it. `together`: one event with the first contact tells
    of up to `MOST_TOGETHER` of them."""
    for place, contact in enumerate(contacts):
        recorded: list[Contract] = []
        if not together:
            recorded = [ContactRecorded(**_recorded(contact))]
        elif place % MOST_TOGETHER == 0:
            several = contacts[place : place + MOST_TOGETHER]
            facts = tuple(RecordedContact.model_construct(**_recorded(each)) for each in several)  # checked already
            recorded = [ContactsRecorded.model_construct(batch=contact.id, contacts=facts)]
        yield contact, [*recorded, *_followed_by(contact)]


def _followed_by(contact: Contact) -> list[Contract]:
    """Returns the events about the disclosure and the referrals of one contact."""
    said: list[Contract] = []
    if contact.report.volunteered and contact.disclosure:
        said.append(_volunteered(contact, contact.disclosure, contact.report.volunteered.kind))
    said += [raised(contact.id, contact.campaign, referral, contact.recorded_at) for referral in contact.referrals]
    return said


def corrected(before: Contact, after: Contact, at: datetime) -> ContactCorrected:
    was = CountedContact(campaign=before.campaign, arm=before.arm, received_at=before.report.received_at)
    return ContactCorrected(**_facts(after), version=after.version, void=after.void, corrected_at=at, was=was)


def raised(contact: str, campaign: str | None, referral: Referral, at: datetime) -> ReferralRaised:
    return ReferralRaised(
        referral=referral.id,
        contact=contact,
        campaign=campaign,
        team=referral.team,
        reason=referral.reason,
        raised_at=at,
    )


def _recorded(contact: Contact) -> dict[str, Any]:
    return {**_facts(contact), "duration_seconds": contact.report.duration_seconds}


def _facts(contact: Contact) -> dict[str, Any]:
    report = contact.report
    return {
        "contact": contact.id,
        "campaign": contact.campaign,
        "letter": contact.reference,
        "arm": contact.arm,
        "channel": report.channel,
        "reason": report.reason,
        "team": contact.team,
        "received_at": report.received_at,
    }


def _volunteered(contact: Contact, disclosure: str, kind: str) -> InformationVolunteered:
    return InformationVolunteered(
        disclosure=disclosure,
        contact=contact.id,
        campaign=contact.campaign,
        arm=contact.arm,
        kind=kind,
        received_at=contact.report.received_at,
    )
