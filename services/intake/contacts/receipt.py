"""The receipt for a contact that was recorded."""

from services.intake.contacts.contact import Contact
from services.intake.disclosures.disclosure import disclosure_reference
from shared.values import CampaignReference, Code, Identifier, LetterReference, Value


class Receipt(Value):
    """A contact was kept. `campaign` and `arm` are absent when we do not know the letter.

    `disclosure_reference` is what the customer may quote for what they volunteered.
    """

    contact: Identifier
    letter: LetterReference | None
    campaign: CampaignReference | None
    arm: Code | None
    disclosure: Identifier | None
    disclosure_reference: str | None = None
    referred_to: tuple[Code, ...]


def receipt_for(contact: Contact) -> Receipt:
    return Receipt(
        contact=contact.id,
        letter=contact.reference,
        campaign=contact.campaign,
        arm=contact.arm,
        disclosure=contact.disclosure,
        disclosure_reference=disclosure_reference(contact.disclosure) if contact.disclosure else None,
        referred_to=tuple(referral.team for referral in contact.referrals),
    )
