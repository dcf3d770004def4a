"""The store of contacts, as the rules of contacts use it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.intake.contacts.contact import Contact
from services.intake.contacts.history import Earlier
from services.intake.contacts.receipt import Receipt
from services.intake.contacts.recogniser import RecognisedContact


@dataclass(frozen=True, slots=True)
class StoredContact:
    """The digest of the report that a contact came from, and the receipt that was given for it."""

    digest: str
    receipt: Receipt


class ContactRepository(Protocol):
    async def add(self, taken: Sequence[RecognisedContact], together: bool) -> Sequence[StoredContact]:
        """Keeps the contacts whose ids are new and their events, all or nothing. Returns what is kept under each id.

        `together`: in the blocks that their ids name, and in one event for several.
        """
        ...


class CorrectionRepository(Protocol):
    async def get(self, contact_id: str) -> Contact: ...

    async def history(self, contact_id: str) -> list[Earlier]: ...

    async def replace(self, before: Contact, after: RecognisedContact, earlier: Earlier) -> None:
        """Replaces a contact in one transaction with its counts, disclosure, referrals and events. Raises `Stale`
        when the stored contact is no longer as `before`."""
        ...
