"""Contacts as they were before each of their changes."""

from pydantic import Field

from services.intake.contacts.contact import Contact
from shared.values import Code, Identifier, Instant, Number, Value


class Earlier(Value):
    """A contact as it was until somebody changed it."""

    id: Identifier
    contact: Contact
    by: Code
    why: Code
    changed_at: Instant
    digest: str = Field(exclude=True, repr=False)
    version: Number
