"""The receipt for a contact that was recorded."""

from typing import Literal

from pydantic import Field

from services.intake.contacts.contact import Contact
from services.intake.disclosures.disclosure import disclosure_reference
from shared.values import CampaignReference, Code, Identifier, LetterReference, Value

Recognition = Literal["recognised", "not-recognised"]


class Receipt(Value):
    """A contact was kept. `campaign` and `arm` are absent when we do not know the letter.

    `disclosure_reference` is what the customer may quote for what they volunteered. `customer` says whether their own
    reference was made out, where they gave one: by one that was not, no export and no erasure finds the contact.
    """

    contact: Identifier
    letter: LetterReference | None
    campaign: CampaignReference | None
    arm: Code | None
    disclosure: Identifier | None
    disclosure_reference: str | None = None
    customer: Recognition | None = Field(None, exclude_if=lambda recognition: recognition is None)
    referred_to: tuple[Code, ...]


def receipt_for(contact: Contact) -> Receipt:
    return Receipt(
        contact=contact.id,
        letter=contact.reference,
        campaign=contact.campaign,
        arm=contact.arm,
        disclosure=contact.disclosure,
        disclosure_reference=disclosure_reference(contact.disclosure) if contact.disclosure else None,
        customer=recognition(contact),
        referred_to=tuple(referral.team for referral in contact.referrals),
    )


def recognition(contact: Contact) -> Recognition | None:
    """Returns whether the reference that the customer gave was made out, None where they gave none."""
    if contact.report.customer_reference is None:
        return None
    return "recognised" if contact.given else "not-recognised"
