"""The parts of intake that several capabilities use, put together."""

from dataclasses import dataclass
from functools import partial
from typing import Self

from services.intake.campaigns.repository import MongoCampaigns
from services.intake.contacts.repository.contacts import MongoContacts
from services.intake.contacts.repository.locks import ContactLocks
from services.intake.contacts.repository.rows import ContactRows
from services.intake.contacts.repository.volumes import MongoVolumes
from services.intake.disclosures.repository.attachments import MongoAttachments
from services.intake.disclosures.repository.disclosures import MongoDisclosures
from services.intake.outcomes.repository import MongoOutcomes
from services.intake.outcomes.telling import Telling
from services.intake.privacy.repository.restrictions import MongoRestrictions
from services.intake.referrals.repository import MongoReferrals
from services.intake.register.repository import MongoRegister
from shared.clock import SystemClock
from shared.customers.generations import lifted
from shared.customers.token import customer_token
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
    telling: Telling

    @classmethod
    def of(cls, parts: Parts) -> Self:
        store, cipher = parts.store, parts.cipher
        rows = ContactRows(cipher, partial(lifted, parts.keyring))
        campaigns = MongoCampaigns(store, SystemClock())
        restrictions = MongoRestrictions(store)
        register = MongoRegister(store, campaigns, rows, restrictions)
        disclosures = MongoDisclosures(store, cipher, NAME)
        referrals = MongoReferrals(store, cipher, ContactLocks(store, rows), NAME)
        volumes = MongoVolumes(store)
        contacts = MongoContacts(store, register, disclosures, referrals, volumes, rows, NAME)
        telling = Telling(partial(customer_token, parts.keyring), parts.keyring.generation, campaigns.known)
        outcomes = MongoOutcomes(store, cipher, telling, NAME)
        attachments = MongoAttachments(store, cipher)
        return cls(
            rows=rows,
            campaigns=campaigns,
            restrictions=restrictions,
            register=register,
            disclosures=disclosures,
            referrals=referrals,
            volumes=volumes,
            contacts=contacts,
            outcomes=outcomes,
            attachments=attachments,
            telling=telling,
        )
