"""Contacts as callers may see them: those that their team took, and to read also those that it was passed."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends

from services.intake.access_log import PersonalData
from services.intake.callers import Personal, another_teams, sees_team
from services.intake.contacts.contact import Contact
from services.intake.contacts.repository.contacts import MongoContacts
from services.intake.referrals.repository import MongoReferrals
from shared.principal import Principal
from shared.web.dependencies import part

Contacts = Annotated[MongoContacts, Depends(part(MongoContacts))]
Referrals = Annotated[MongoReferrals, Depends(part(MongoReferrals))]


class AuditedContacts:
    """Contacts for callers; each access is noted in the audit trail."""

    def __init__(self, contacts: MongoContacts, referrals: MongoReferrals, personal: PersonalData) -> None:
        self._contacts = contacts
        self._referrals = referrals
        self._personal = personal

    async def to_read(self, caller: Principal, what: str, contact_id: str, *names: str) -> Contact:
        """Returns the contact, noted as seen by `caller` under its names and the earlier `names`.

        Raises `NotFound`, also for what only other teams may see, and `Restricted`.
        """
        contact = await self._contacts.get(contact_id)
        may = _theirs(caller, contact) or await self._referrals.passed(contact_id, caller.works_for)
        return await self._seen(caller, what, contact, may, names)

    async def to_change(self, caller: Principal, what: str, contact_id: str) -> Contact:
        """Returns the contact like `to_read`, but a team that it was passed to cannot change it."""
        contact = await self._contacts.get(contact_id)
        return await self._seen(caller, what, contact, _theirs(caller, contact))

    async def own(self, caller: Principal, contact_id: str) -> Contact:
        """Returns a contact of the caller's team, for what is in its receipt. Raises `NotFound`."""
        contact = await self._contacts.get(contact_id)
        if not _theirs(caller, contact):
            raise another_teams()
        return contact

    async def expect_theirs(self, caller: Principal, contact_id: str) -> None:
        """Raises `NotFound` unless the caller may record and change this contact."""
        if "contacts:write" not in caller.scopes or not _theirs(caller, await self._contacts.get(contact_id)):
            raise another_teams()

    async def _seen(
        self, caller: Principal, what: str, contact: Contact, may: bool, names: Sequence[str] = ()
    ) -> Contact:
        if not may:
            raise another_teams()
        await self._personal.seen(caller, what, [*contact.about, *names], contact=contact.id)
        return contact


def _theirs(caller: Principal, contact: Contact) -> bool:
    """Returns whether the caller's team took the contact or the caller recorded it, perhaps for another team."""
    return contact.recorded_by == caller.subject or sees_team(caller, contact.team)


async def audited_contacts(contacts: Contacts, referrals: Referrals, personal: Personal) -> AuditedContacts:
    return AuditedContacts(contacts, referrals, personal)


Seen = Annotated[AuditedContacts, Depends(audited_contacts)]
