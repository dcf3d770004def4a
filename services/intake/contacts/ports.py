"""The store of contacts, as the rules of contacts use it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.intake.contacts.contact import Contact
from services.intake.contacts.history import Earlier
from services.intake.contacts.receipt import Receipt
from services.intake.contacts.recogniser import RecognisedContact
from shared.contracts import Contract

Announce = Callable[[Sequence[Contact]], Iterable[tuple[Contact, Sequence[Contract]]]]
"""Gives each of the contacts that are new with the events that follow from it."""


@dataclass(frozen=True, slots=True)
class StoredContact:
    """The digest of the report that a contact came from, and the receipt that was given for it."""

    digest: str
    receipt: Receipt


class ContactRepository(Protocol):
    async def add(
        self, taken: Sequence[RecognisedContact], together: bool, announce: Announce
    ) -> Sequence[StoredContact]:
        """Keeps the contacts whose ids are new, and the events that `announce` gives of them, all or nothing. Returns
        what is kept under each id.

        `together`: in the blocks that their ids name.
        """
        ...


class CorrectionRepository(Protocol):
    async def get(self, contact_id: str) -> Contact: ...

    async def history(self, contact_id: str) -> list[Earlier]: ...

    async def replace(
        self, before: Contact, after: RecognisedContact, earlier: Earlier, said: Sequence[Contract]
    ) -> None:
        """Replaces a contact in one transaction with its counts, disclosure, referrals and the events `said`. Raises
        `Stale` when the stored contact is no longer as `before`."""
        ...
