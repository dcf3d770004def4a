"""A contact: one customer getting in touch, and what they volunteered or needed."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from services.intake.disclosures.disclosure import Volunteered
from services.intake.referrals.referral import Referral
from services.intake.register.letter import RegisteredLetter
from services.intake.vocabulary import Channel, Outcome, Reason
from shared.customers.reference import CustomerReference
from shared.errors import Invalid, Problem
from shared.reading.text import as_seen
from shared.values import Code, Identifier, Instant, LetterReference, Number, Value

FreeText = Annotated[str, StringConstraints(max_length=4_000)]
ShortText = Annotated[str, StringConstraints(max_length=200), AfterValidator(as_seen)]
LONGEST_AGO = timedelta(days=731)
FURTHEST_AHEAD = timedelta(minutes=10)
"""When a contact can have come, seen from when it is recorded. Earlier is a mistyped year; later, and more than clocks
differ by, a clock or a time zone that is wrong: the watch would count it an hour too late."""
PERSONAL = {"letter_reference", "customer_reference", "caller_name", "caller_phone", "note", "support_offered"}


class ContactReport(Value):
    """A contact as a helpline or the letter issuer reports it. Nothing in it is required that a caller may not have.

    A customer reference of kind own is one of the letter's campaign where it does not say of which; while nobody knows
    the letter either, the contact is kept without a token of the customer. `team` is the team that took it, where that
    is not the caller's own.
    """

    letter_reference: Annotated[str, StringConstraints(max_length=40)] | None = Field(None, repr=False)
    customer_reference: CustomerReference | None = None
    channel: Channel
    reason: Reason
    outcome: Outcome | None = None
    team: Code | None = None
    received_at: Instant
    duration_seconds: Annotated[int, Field(strict=True, ge=0, le=86_400)] | None = None
    caller_name: ShortText | None = Field(None, repr=False)
    caller_phone: ShortText | None = Field(None, repr=False)
    note: FreeText | None = Field(None, repr=False)
    support_offered: FreeText | None = Field(None, repr=False)
    volunteered: Volunteered | None = None

    def personal(self) -> dict[str, object]:
        """Returns the fields that leave this service only encrypted or to callers who may see them."""
        return self.model_dump(mode="json", include=PERSONAL, exclude_none=True)


class Contact(Value):
    """A contact as it is kept. `letter` is None while the reference is missing, wrong or not one we know.

    `customer` is the token that stands for the customer, `given` that of the reference which they gave themselves: not
    the same where somebody rings about another's letter. `version` counts from 1 with every change. `recorded_by` is
    the caller who recorded it first, `team` the one that took it.
    """

    id: Identifier
    version: Number = 1
    void: bool = False
    report: ContactReport
    recorded_by: Code | None = None
    team: Code
    letter: RegisteredLetter | None = None
    reference: LetterReference | None = None
    customer: str | None = None
    given: str | None = None
    disclosure: Identifier | None = None
    referrals: tuple[Referral, ...] = ()
    recorded_at: Instant
    erased_at: Instant | None = None

    @property
    def about(self) -> list[str]:
        """Every name by which it is found, adopted, restricted and erased: the letter, and the tokens of customers."""
        return list(dict.fromkeys(name for name in (self.reference, self.customer, self.given) if name))

    @property
    def campaign(self) -> str | None:
        return self.letter.campaign if self.letter else None

    @property
    def arm(self) -> str | None:
        return self.letter.arm if self.letter else None


def misdated(report: ContactReport, now: datetime) -> Invalid | None:
    """Returns the problem of a report whose `received_at` cannot be right, None for one that can."""
    age = now - report.received_at
    if -FURTHEST_AHEAD <= age <= LONGEST_AGO:
        return None
    if age > LONGEST_AGO:
        message = "received_at is more than two years ago"
        return Invalid(f"{message}: check the date", Problem("received_at", "date", message))
    minutes = round(-age / timedelta(minutes=1))
    how = f"{minutes} minutes ahead: check the sender's clock, and that the offset is that of its zone"
    problem = Problem("received_at", "not-ahead", f"received_at is {how}")
    return Invalid("received_at is still to come: check the date and the clock", problem)
