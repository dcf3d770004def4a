"""Contacts as callers may see them."""

from typing import Annotated

from fastapi import Depends

from services.intake.api.callers import Personal
from services.intake.contact import Contact
from services.intake.repository.contacts import MongoContacts
from shared.web.access import Principal
from shared.web.parts import part

Contacts = Annotated[MongoContacts, Depends(part(MongoContacts))]


class SeenContacts:
    """No caller gets a contact from here without a trace."""

    def __init__(self, contacts: Contacts, personal: Personal) -> None:
        self._contacts = contacts
        self._personal = personal

    async def see(self, caller: Principal, what: str, contact_id: str) -> Contact:
        """Noted as seen by `caller`. Raises `NotFound`, and `Restricted`."""
        contact = await self._contacts.get(contact_id)
        await self._personal.seen(caller, what, contact.about, contact=contact_id)
        return contact


Seen = Annotated[SeenContacts, Depends()]
