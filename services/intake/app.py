"""Puts intake together."""

from functools import partial

from services.intake.access_log import PersonalData
from services.intake.api import router
from services.intake.campaigns.repository import LINES, MongoCampaigns
from services.intake.contacts.block import LINES_PER_BLOCK
from services.intake.contacts.corrections import Corrections
from services.intake.contacts.recogniser import Recogniser
from services.intake.contacts.recorder import Recorder
from services.intake.contacts.repository.contacts import CONTACTS, MongoContacts
from services.intake.contacts.repository.corrections import HISTORY, MongoCorrections
from services.intake.contacts.repository.rows import ContactRows
from services.intake.contacts.repository.volumes import VOLUMES, MongoVolumes
from services.intake.contacts.stream import BatchRecorder
from services.intake.delivery.delivery import DeliveryRecorder
from services.intake.delivery.repository import MongoDelivery
from services.intake.disclosures.attachments import Attachments
from services.intake.disclosures.overdue import Overdue
from services.intake.disclosures.repository.attachments import ATTACHMENTS, UPLOADS, MongoAttachments
from services.intake.disclosures.repository.disclosures import DISCLOSURES, MongoDisclosures
from services.intake.handlers import Handlers
from services.intake.late_arrivals.approvals import LateApprovals
from services.intake.late_arrivals.letters import LateLetters
from services.intake.late_arrivals.repository.assignments import MongoAssignments
from services.intake.late_arrivals.repository.late_arrivals import REGISTRATIONS, MongoLateLetters
from services.intake.messages import HEARS
from services.intake.outcomes.outcome import OutcomeRecorder
from services.intake.outcomes.repository import OUTCOMES, MongoOutcomes
from services.intake.privacy.repository.privacy import FOUND_BY, PERSONAL, MongoPrivacy
from services.intake.privacy.repository.restrictions import MongoRestrictions
from services.intake.privacy.repository.retention import MongoRetention
from services.intake.privacy.retention import Retention
from services.intake.privacy.retention_policy import load_policy
from services.intake.privacy.service import DataProtection
from services.intake.referrals.repository import REFERRALS, MongoReferrals
from services.intake.register.look_up import LookUp
from services.intake.register.ports import Register
from services.intake.register.repository import LETTERS, MongoRegister
from services.intake.settings import Settings
from shared.clock import Clock, SystemClock
from shared.composition import Parts, assemble
from shared.customer_token import token_given
from shared.idempotency import BodyDigest
from shared.jobs import Job
from shared.messaging.bus import bound
from shared.service import Service
from shared.storage.reencryption import TOGETHER, EncryptedField
from shared.web.spool import SpoolRoom

NAME = "intake"
LATE_ARRIVALS_SECONDS = 5.0  # seconds
BATCH_BYTES = 200_000_000  # bytes
ATTACHMENT_BYTES = 10_000_000  # bytes
INDEXES = (
    CONTACTS, HISTORY, DISCLOSURES, ATTACHMENTS, UPLOADS, REFERRALS, VOLUMES, LETTERS, LINES, OUTCOMES, REGISTRATIONS,
    *FOUND_BY,
)  # fmt: skip


def build_app(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    parts = Parts.of(NAME, settings, *INDEXES)
    store, cipher, clock = parts.store, parts.cipher, parts.clock
    token = partial(token_given, parts.keyring)
    campaigns = MongoCampaigns(store, SystemClock())
    restrictions = MongoRestrictions(store)
    rows = ContactRows(cipher)
    register = MongoRegister(store, campaigns, rows, restrictions)
    disclosures = MongoDisclosures(store, cipher, NAME)
    referrals = MongoReferrals(store, cipher, NAME)
    volumes = MongoVolumes(store)
    contacts = MongoContacts(store, register, disclosures, referrals, volumes, rows, NAME)
    recogniser = Recogniser(register, token)
    recorder = Recorder(contacts, recogniser, clock)
    corrections = Corrections(MongoCorrections(store, contacts, rows, volumes, cipher, NAME), recogniser, clock)
    outcomes = MongoOutcomes(store, cipher, NAME)
    adoption = LateLetters(contacts, outcomes, corrections, MongoLateLetters(store, register), SystemClock())
    overdue = Overdue(disclosures, clock)
    settling = LateApprovals(campaigns, MongoAssignments(store, NAME), SystemClock(), clock)
    attachments = MongoAttachments(store, cipher)
    policy = load_policy(settings.retention_file)
    retention = Retention(MongoRetention(store, contacts, attachments, restrictions), policy, parts.audit, clock)
    subjects = MongoPrivacy(store, contacts, rows, cipher, attachments, policy)
    personal = PersonalData(parts.audit, restrictions, clock)
    return assemble(
        parts,
        hears=bound(HEARS, Handlers(register, adoption)),
        router=router,
        provides={
            Clock: clock,
            Register: register,
            MongoRegister: register,
            MongoCampaigns: campaigns,
            LookUp: LookUp(register, token),
            Recorder: recorder,
            BatchRecorder: BatchRecorder(recorder, BodyDigest(parts.keyring)),
            Corrections: corrections,
            LateLetters: adoption,
            LateApprovals: settling,
            Attachments: Attachments(attachments, clock),
            OutcomeRecorder: OutcomeRecorder(outcomes, register, token, clock),
            DeliveryRecorder: DeliveryRecorder(MongoDelivery(store, NAME), register, clock),
            MongoOutcomes: outcomes,
            MongoContacts: contacts,
            MongoDisclosures: disclosures,
            MongoReferrals: referrals,
            MongoVolumes: volumes,
            Retention: retention,
            PersonalData: personal,
            SpoolRoom: SpoolRoom(settings.spool_folder),
            DataProtection: DataProtection(
                subjects, restrictions, personal, parts.audit, retention.policy, clock, token
            ),
        },
        jobs=[
            Job("overdue", overdue.step, every=settings.overdue_every, turn=parts.lease("overdue")),
            Job("adoption", adoption.look_again, every=LATE_ARRIVALS_SECONDS, turn=parts.lease("adoption")),
            Job("settling", settling.step, every=LATE_ARRIVALS_SECONDS, turn=parts.lease("settling")),
            Job("retention", retention.step, every=settings.retention_every, turn=parts.lease("retention")),
        ],
        encrypted=[
            EncryptedField(name, "personal", together=TOGETHER // LINES_PER_BLOCK if name == "contacts" else TOGETHER)
            for name in PERSONAL
        ],
        size_limits={
            "/contacts/batch": BATCH_BYTES,
            "/outcomes/file": BATCH_BYTES,
            "/attachments": ATTACHMENT_BYTES,
        },
    )
