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
    """What is kept under a contact's id: the digest of the report it came from, and the receipt for it."""

    digest: str
    receipt: Receipt


class ContactRepository(Protocol):
    async def add(self, taken: Sequence[RecognisedContact], together: bool) -> Sequence[StoredContact]:
        """Keep those whose ids are new and say so, all or nothing; `together`: in the blocks that their ids name, and
        in one event for several.

        Gives for each what is kept under its id.
        """
        ...


class CorrectionRepository(Protocol):
    async def get(self, contact_id: str) -> Contact: ...

    async def history(self, contact_id: str) -> list[Earlier]: ...

    async def replace(self, before: Contact, after: RecognisedContact, earlier: Earlier) -> None:
        """All or nothing, with its counts, and all that hangs on it, moved and said. Raises `Stale` when it is not as
        `before` any more."""
        ...
