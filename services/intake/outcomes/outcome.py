"""Outcomes: what customers did in the end, matched to the letters they had, and passed on for the trial."""

from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from services.intake.disclosures.disclosure import Pence
from services.intake.register.letter import RegisteredLetter
from shared.contracts.outcomes import OutcomeCode, OutcomeFact
from shared.customers.generations import apart
from shared.customers.reference import CustomerReference
from shared.reading.dates import Day
from shared.values import CampaignReference, Identifier, LetterReference, Value


class OutcomeReport(Value):
    """An outcome: one customer, by their letter or their own reference, did something on a day.

    `campaign` says which of their letters is meant; it is needed for customers who had none, as in a control arm. A
    reference of kind own needs one, said here or with it.
    """

    letter_reference: Annotated[str, StringConstraints(max_length=40)] | None = None
    customer_reference: CustomerReference | None = None
    campaign: CampaignReference | None = None
    outcome: OutcomeCode
    amount_pence: Pence | None = Field(None, repr=False)
    on: Day

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if (self.letter_reference is None) == (self.customer_reference is None):
            raise ValueError("give either letter_reference or customer_reference")
        given = self.customer_reference
        if given and given.campaign and self.campaign not in (None, given.campaign):
            raise ValueError("the customer's reference is of another campaign")
        return self

    @property
    def customer(self) -> CustomerReference | None:
        """The customer, where they are named by a reference: of kind own, one of the outcome's campaign."""
        return self.customer_reference.within(self.campaign) if self.customer_reference else None

    @property
    def about(self) -> str | None:
        """The campaign that it says it is about."""
        return self.campaign or (self.customer_reference.campaign if self.customer_reference else None)


class RecordedOutcome(Value):
    """`matched`: a letter was found for it. Without a campaign it is kept, and counts for none."""

    id: Identifier
    matched: bool
    campaign: CampaignReference | None
    letter: LetterReference | None


@dataclass(frozen=True, slots=True)
class Submitted:
    """A report to keep under an id, with a digest of its body; `again`: it may have come before."""

    id: str
    digest: str
    report: OutcomeReport
    again: bool


@dataclass(frozen=True, slots=True)
class Matched:
    """`told` is the customer's token that the campaign is told, where that is not `customer`, by which we know them."""

    submitted: Submitted
    letter: RegisteredLetter | None
    customer: str | None
    told: str | None = None

    @property
    def campaign(self) -> str | None:
        return self.letter.campaign if self.letter else self.submitted.report.about

    def fact(self) -> OutcomeFact:
        report, token = self.submitted.report, self.told or self.customer
        digits, generation = apart(token) if token else (None, 1)
        return OutcomeFact(
            id=self.submitted.id,
            reference=self.letter.reference if self.letter else None,
            customer=digits,
            generation=generation,
            arm=self.letter.arm if self.letter else None,
            outcome=report.outcome,
            amount_pence=report.amount_pence,
            on=report.on,
        )

    def recorded(self) -> RecordedOutcome:
        letter = self.letter.reference if self.letter else None
        return RecordedOutcome(
            id=self.submitted.id, matched=self.letter is not None, campaign=self.campaign, letter=letter
        )
