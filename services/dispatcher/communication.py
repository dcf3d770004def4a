"""A communication: one message to one customer, composed for its arm, language and format."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from services.dispatcher.campaign import DispatchedCampaign
from services.dispatcher.chunk import Assignment
from services.dispatcher.customer import Customer
from shared.contracts.campaigns import Arm, Letter
from shared.errors import Permanent
from shared.letter_reference import letter_reference
from shared.personalisation import fill

FORMATS = ("large-print", "braille", "audio")
ROWS_EACH = 1 << 25
"""How many rows of one campaign have a number of their own in letter references: 33 million."""


class ControlContacted(Permanent):
    """Somebody tried to write to a customer of a control arm."""

    code = "control-contacted"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A customer as the population has it, and the row that it came from."""

    row: int
    customer: Customer = field(repr=False)


@dataclass(frozen=True, slots=True)
class Communication:
    """Ready for a channel. Composed again from the same recipient, it is the same to the letter."""

    reference: str
    row: int
    arm: Arm
    language: str
    format: str
    subject: str = field(repr=False)
    body: str = field(repr=False)
    customer: Customer = field(repr=False)


def compose(campaign: DispatchedCampaign, recipient: Recipient, arm: Arm, key: bytes) -> Communication:
    """Raises `ControlContacted` for a control arm."""
    if arm.control:
        raise ControlContacted(f"arm {arm.code} of {campaign.reference} is a control arm")
    reference = letter_reference(campaign.number * ROWS_EACH + recipient.row, key)
    letter = _letter(arm.letters, recipient.customer.language)
    fields = {
        "name": recipient.customer.name,
        "letter_reference": reference,
        "customer_reference": recipient.customer.reference,
        "respond_by": _spelt(campaign.plan.respond_by),
    }
    return Communication(
        reference=reference,
        row=recipient.row,
        arm=arm,
        language=letter.language,
        format=next((wanted for wanted in FORMATS if wanted in recipient.customer.flags), "standard"),
        subject=fill(letter.subject, fields),
        body=fill(letter.body, fields),
        customer=recipient.customer,
    )


def treated(assignments: Sequence[Assignment], controls: frozenset[str]) -> list[Assignment]:
    return [assignment for assignment in assignments if assignment.arm not in controls]


def _letter(letters: Sequence[Letter], language: str) -> Letter:
    """Nobody marked Welsh gets English: without a letter in the customer's language there is none."""
    return next(letter for letter in letters if letter.language == language)


def _spelt(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
