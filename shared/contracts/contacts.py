"""Events of intake about customers who get in touch: the fact, the way and the reason; never identities or words."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from shared.contracts.base import Contract, Part
from shared.values import CampaignReference, Code, Count, Identifier, Instant, LetterReference, Number

MOST_TOGETHER = 500
"""Contacts that one event may tell of."""


class RecordedContact(Part):
    """One customer got in touch. `campaign` is absent while the letter is not one we know."""

    contact: Identifier
    campaign: CampaignReference | None = None
    letter: LetterReference | None = None
    arm: Code | None = None
    channel: Code
    reason: Code
    team: Code
    duration_seconds: Count | None = None
    received_at: Instant


class ContactRecorded(RecordedContact, Contract):
    """One customer got in touch. `campaign` is absent while the letter is not one we know."""

    event_type: ClassVar[str] = "contact.recorded.v1"

    @property
    def subject(self) -> str:
        return self.contact


class ContactsRecorded(Contract):
    """Contacts that came in one stream, and were recorded together: each as `contact.recorded` tells of one.

    A contact is told of by one of the two events, once. `batch` names what was recorded together.
    """

    event_type: ClassVar[str] = "contacts.recorded.v1"
    batch: Identifier
    contacts: tuple[RecordedContact, ...] = Field(min_length=1, max_length=MOST_TOGETHER)

    @property
    def subject(self) -> str:
        return self.batch


class CountedContact(Part):
    """How a contact counted. `campaign` is absent while the letter is not one we know."""

    campaign: CampaignReference | None = None
    arm: Code | None = None
    received_at: Instant


class ContactCorrected(Contract):
    """The record of a contact changed: it is now so, and counts for nothing once it is `void`. `version` puts the
    changes of one contact in order; the first record had version 1. `was` is how it counted until this change.
    """

    event_type: ClassVar[str] = "contact.corrected.v1"
    contact: Identifier
    version: Number
    void: bool
    campaign: CampaignReference | None = None
    letter: LetterReference | None = None
    arm: Code | None = None
    channel: Code
    reason: Code
    team: Code
    received_at: Instant
    corrected_at: Instant
    was: CountedContact | None = None

    @property
    def subject(self) -> str:
        return self.contact


class InformationVolunteered(Contract):
    """A customer offered something unasked. What they offered stays in intake, under `disclosure`."""

    event_type: ClassVar[str] = "information.volunteered.v1"
    disclosure: Identifier
    contact: Identifier
    campaign: CampaignReference | None = None
    arm: Code | None = None
    kind: Code
    received_at: Instant

    @property
    def subject(self) -> str:
        return self.disclosure


class InformationAssigned(Contract):
    """Volunteered information moved: to another campaign or arm, day of receipt, team or due day, because its letter or
    its campaign's process became known, or its contact was corrected. It counts as it says here from now on, and no
    longer as before. `owner` deals with it, by the day `due`.

    `version` puts the changes of one disclosure in order; as it was volunteered, it had version 1.
    """

    event_type: ClassVar[str] = "information.assigned.v1"
    disclosure: Identifier
    contact: Identifier
    version: Number
    campaign: CampaignReference | None = None
    arm: Code | None = None
    owner: Code
    kind: Code
    state: Code
    received_at: Instant
    due: date
    assigned_at: Instant

    @property
    def subject(self) -> str:
        return self.disclosure


class InformationOverdue(Contract):
    """Volunteered information was not dealt with by the day `due`."""

    event_type: ClassVar[str] = "information.overdue.v1"
    disclosure: Identifier
    contact: Identifier
    campaign: CampaignReference | None = None
    owner: Code
    kind: Code
    state: Code
    received_at: Instant
    due: date

    @property
    def subject(self) -> str:
        return self.disclosure


class ReferralRaised(Contract):
    """A contact is passed to a team."""

    event_type: ClassVar[str] = "referral.raised.v1"
    referral: Identifier
    contact: Identifier
    campaign: CampaignReference | None = None
    team: Code
    reason: Code
    raised_at: Instant

    @property
    def subject(self) -> str:
        return self.referral
