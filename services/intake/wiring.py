"""The parts of intake that several capabilities use, put together."""

from dataclasses import dataclass
from typing import Self

from services.intake.campaigns.repository import MongoCampaigns
from services.intake.contacts.repository.contacts import MongoContacts
from services.intake.contacts.repository.locks import ContactLocks
from services.intake.contacts.repository.rows import ContactRows
from services.intake.contacts.repository.volumes import MongoVolumes
from services.intake.disclosures.repository.attachments import MongoAttachments
from services.intake.disclosures.repository.disclosures import MongoDisclosures
from services.intake.outcomes.repository import MongoOutcomes
from services.intake.privacy.repository.restrictions import MongoRestrictions
from services.intake.referrals.repository import MongoReferrals
from services.intake.register.repository import MongoRegister
from shared.clock import SystemClock
from shared.running.composition import Parts

NAME = "intake"


@dataclass(frozen=True)
class Core:
    """The parts of intake that several capabilities use."""

    rows: ContactRows
    campaigns: MongoCampaigns
    restrictions: MongoRestrictions
    register: MongoRegister
    disclosures: MongoDisclosures
    referrals: MongoReferrals
    volumes: MongoVolumes
    contacts: MongoContacts
    outcomes: MongoOutcomes
    attachments: MongoAttachments

    @classmethod
    def of(cls, parts: Parts) -> Self:
        store, cipher = parts.store, parts.cipher
        rows = ContactRows(cipher)
        campaigns = MongoCampaigns(store, SystemClock())
        restrictions = MongoRestrictions(store)
        register = MongoRegister(store, campaigns, rows, restrictions)
        disclosures = MongoDisclosures(store, cipher, NAME)
        referrals = MongoReferrals(store, cipher, ContactLocks(store, rows), NAME)
        volumes = MongoVolumes(store)
        contacts = MongoContacts(store, register, disclosures, referrals, volumes, rows, NAME)
        outcomes, attachments = MongoOutcomes(store, cipher, NAME), MongoAttachments(store, cipher)
        return cls(
            rows, campaigns, restrictions, register, disclosures, referrals, volumes, contacts, outcomes, attachments
        )
