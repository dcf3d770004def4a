"""Contacts as they were before each of their changes."""

from pydantic import Field

from services.intake.contacts.contact import Contact
from shared.values import Code, Identifier, Instant, Number, Value


class Earlier(Value):
    """A contact as it was before a change: who changed it, why and when."""

    id: Identifier
    contact: Contact
    by: Code
    why: Code
    changed_at: Instant
    digest: str = Field(exclude=True, repr=False)
    version: Number
