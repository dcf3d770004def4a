"""Disclosures whose contact was corrected: they follow it, to the campaign it is about now."""

from services.intake.contacts.contact import Contact
from services.intake.contacts.recogniser import RecognisedContact
from services.intake.disclosures.assignment import AssignedDisclosure
from shared.contracts.campaigns import VolunteeredProcess


def followed(disclosure: AssignedDisclosure, before: Contact, after: RecognisedContact) -> AssignedDisclosure:
    """Returns a disclosure as it is after the correction of its contact: by the process that it has already, unless
    that was the default one or the contact is about another campaign now."""
    contact = after.contact
    moved = disclosure.of(contact.campaign, contact.arm, contact.report.received_at)
    if disclosure.provisional or contact.campaign != before.campaign:
        return moved.dealt_with_by(after.process)
    same = VolunteeredProcess(owner=disclosure.owner, working_days=disclosure.working_days)
    return moved.dealt_with_by(same)
