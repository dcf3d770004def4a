"""A contact: one customer getting in touch, and what they volunteered or needed."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.values import CampaignReference, Code, Identifier, Instant, LetterReference, Value

Channel = Literal["phone", "post", "email", "web"]
Reason = Literal[
    "help-to-act", "change-to-return", "why-me", "complaint", "cannot-pay", "extra-support", "not-theirs", "other"
]
Kind = Literal["unprompted-correction", "extra-facts", "disclosure"]
FreeText = Annotated[str, StringConstraints(max_length=4_000)]
ShortText = Annotated[str, StringConstraints(max_length=200)]
Pence = Annotated[int, Field(ge=0, le=10**13)]


class Volunteered(Value):
    """What a customer offered unasked. Recorded as said: whether it was prompted is never decided here."""

    kind: Kind
    description: FreeText = Field(repr=False)
    period: ShortText | None = Field(None, repr=False)
    amount_pence: Pence | None = Field(None, repr=False)


class ContactReport(Value):
    """A contact as a helpline or the letter issuer reports it. Nothing in it is required that a caller may not have."""

    letter_reference: Annotated[str, StringConstraints(max_length=40)] | None = None
    channel: Channel
    reason: Reason
    received_at: Instant
    duration_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    caller_name: ShortText | None = Field(None, repr=False)
    caller_phone: ShortText | None = Field(None, repr=False)
    note: FreeText | None = Field(None, repr=False)
    support_offered: FreeText | None = Field(None, repr=False)
    volunteered: Volunteered | None = None

    def personal(self) -> dict[str, object]:
        """The fields that only leave this service encrypted or to those who may see them."""
        names = {"letter_reference", "caller_name", "caller_phone", "note", "support_offered"}
        return self.model_dump(mode="json", include=names, exclude_none=True)


class RegisteredLetter(Value):
    """A letter that was issued, as dispatcher told us: what a reference stands for."""

    reference: LetterReference
    campaign: CampaignReference
    arm: Code
    language: Literal["en", "cy"]
    lines_to_take: int
    issued_at: Instant


class Referral(Value):
    """A contact passed to a team, and why."""

    id: Identifier
    team: Code
    reason: Code


class Contact(Value):
    """A contact as it is kept. `letter` is None while the reference is missing, wrong or not one we know."""

    id: Identifier
    report: ContactReport
    team: Code
    letter: RegisteredLetter | None = None
    reference: LetterReference | None = None
    disclosure: Identifier | None = None
    referrals: tuple[Referral, ...] = ()
    recorded_at: Instant
