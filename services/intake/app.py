"""Composition of intake: a function for each capability gives the parts that its HTTP functions ask for."""

from collections.abc import Awaitable, Callable
from functools import partial

from services.intake.access_log import PersonalData
from services.intake.api import router
from services.intake.campaigns.repository import MongoCampaigns
from services.intake.contacts.block import LINES_PER_BLOCK
from services.intake.contacts.corrections import Corrections
from services.intake.contacts.excursions import Excursions
from services.intake.contacts.recogniser import Recogniser
from services.intake.contacts.recorder import Recorder
from services.intake.contacts.repository.contacts import MongoContacts
from services.intake.contacts.repository.corrections import MongoCorrections
from services.intake.contacts.repository.excursions import MongoExcursions
from services.intake.contacts.repository.volumes import MongoVolumes
from services.intake.contacts.stream import BatchRecorder
from services.intake.delivery.recorder import DeliveryRecorder
from services.intake.delivery.repository import MongoDelivery
from services.intake.desk.pages import TEMPLATES as DESK_TEMPLATES
from services.intake.disclosures.attachments import Attachments
from services.intake.disclosures.overdue import Overdue
from services.intake.disclosures.repository.disclosures import MongoDisclosures
from services.intake.handlers import Handlers
from services.intake.helpline.pages import TEMPLATES as HELPLINE_TEMPLATES
from services.intake.helpline.ports import HeardCapacities
from services.intake.helpline.repository import MongoHeardCapacities
from services.intake.late_arrivals.approvals import LateApprovals
from services.intake.late_arrivals.letters import LateLetters
from services.intake.late_arrivals.repository.assignments import MongoAssignments
from services.intake.late_arrivals.repository.late_arrivals import MongoLateLetters
from services.intake.messages import HEARS, SAYS
from services.intake.outcomes.recorder import OutcomeRecorder
from services.intake.outcomes.repository import MongoOutcomes
from services.intake.privacy.earlier_names import EarlierNames
from services.intake.privacy.repository.privacy import PERSONAL, MongoPrivacy
from services.intake.privacy.repository.retention import MongoRecords
from services.intake.privacy.retention import expect_blocks
from services.intake.privacy.service import DataProtection
from services.intake.referrals.repository import MongoReferrals
from services.intake.register.look_up import LookUp
from services.intake.register.ports import Register
from services.intake.register.repository import MongoRegister
from services.intake.schema import SCHEMA
from services.intake.settings import Settings
from services.intake.wiring import NAME, Core
from services.intake.work.pages import TEMPLATES as WORK_TEMPLATES
from services.intake.work.repository import MongoNotes
from shared.clock import Clock, SystemClock
from shared.customers.generations import lifted, newest
from shared.customers.token import token_given, tokens_given
from shared.idempotency import BodyDigest
from shared.messaging.bus import bound
from shared.retention.retention import Retention
from shared.running.composition import Parts, assemble
from shared.running.jobs import Job
from shared.running.retaining import retention_job, retention_of
from shared.running.service import Service
from shared.storage.reencryption import TOGETHER, EncryptedField
from shared.web.bodies.spool import SpoolRoom

LATE_ARRIVALS_SECONDS = 5.0
BATCH_BYTES = 200_000_000
ATTACHMENT_BYTES = 10_000_000
SIZE_LIMITS = {"/contacts/batch": BATCH_BYTES, "/outcomes/file": BATCH_BYTES, "/attachments": ATTACHMENT_BYTES}
RECORDS_PER_DOCUMENT = {"contacts": LINES_PER_BLOCK}
ENCRYPTED = [EncryptedField(n, "personal", together=TOGETHER // RECORDS_PER_DOCUMENT.get(n, 1)) for n in PERSONAL]
Step = Callable[[], Awaitable[bool]]
Provided = dict[type, object]
"""Parts of the service, by the type that HTTP functions ask for."""


def build_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Service:
    """The service, not connected yet; `clock` is for tests, without it that of the settings holds."""
    settings = settings or Settings()
    parts = Parts.of(NAME, settings, SCHEMA, says=SAYS, clock=clock)
    core = Core.of(parts)
    recogniser = Recogniser(core.register, partial(token_given, parts.keyring))
    corrections = _corrections(parts, core, recogniser)
    letters, approvals = _late_arrivals(parts, core, corrections)
    retention = _retention(parts, core)
    capacities = MongoHeardCapacities(parts.store)
    excursions = Excursions(MongoExcursions(parts.store, NAME), core.volumes, parts.clock)
    return assemble(
        parts,
        hears=bound(HEARS, Handlers(core.register, letters, excursions, capacities, partial(newest, parts.keyring))),
        router=router,
        provides={
            Clock: parts.clock,
            Corrections: corrections,
            LateLetters: letters,
            LateApprovals: approvals,
            Excursions: excursions,
            HeardCapacities: capacities,
            MongoNotes: MongoNotes(parts.store, parts.cipher),
            SpoolRoom: SpoolRoom(settings.spool_folder),
            **_register(parts, core),
            **_contacts(parts, core, recogniser, excursions),
            **_disclosures_and_reports(parts, core),
            **_privacy(parts, core, retention),
            Retention: retention,
        },
        jobs=[
            retention_job(parts, retention),
            *_jobs(parts, core, settings, letters.look_again, approvals.step),
            Job(
                "watch-volumes",
                excursions.step,
                every=settings.watch_every,
                turn=parts.lease("watch-volumes"),
                news=excursions.news,
            ),
        ],
        encrypted=ENCRYPTED,
        size_limits=SIZE_LIMITS,
        templates={"desk": DESK_TEMPLATES, "helpline": HELPLINE_TEMPLATES, "work": WORK_TEMPLATES},
    )


def _register(parts: Parts, core: Core) -> Provided:
    return {
        Register: core.register,
        MongoRegister: core.register,
        MongoCampaigns: core.campaigns,
        LookUp: LookUp(core.register, partial(token_given, parts.keyring)),
    }


def _contacts(parts: Parts, core: Core, recogniser: Recogniser, excursions: Excursions) -> Provided:
    recorder = Recorder(core.contacts, recogniser, parts.clock, excursions.contacts_came)
    return {
        MongoContacts: core.contacts,
        MongoVolumes: core.volumes,
        MongoReferrals: core.referrals,
        Recorder: recorder,
        BatchRecorder: BatchRecorder(recorder, BodyDigest(parts.keyring)),
    }


def _corrections(parts: Parts, core: Core, recogniser: Recogniser) -> Corrections:
    kept = MongoCorrections(parts.store, core.contacts, core.rows, core.volumes, parts.cipher, NAME)
    return Corrections(kept, recogniser, parts.clock)


def _disclosures_and_reports(parts: Parts, core: Core) -> Provided:
    token = partial(token_given, parts.keyring)
    return {
        MongoDisclosures: core.disclosures,
        Attachments: Attachments(core.attachments, parts.clock),
        MongoOutcomes: core.outcomes,
        OutcomeRecorder: OutcomeRecorder(core.outcomes, core.register, token, core.telling, parts.clock),
        DeliveryRecorder: DeliveryRecorder(MongoDelivery(parts.store, NAME), core.register, parts.clock),
    }


def _late_arrivals(parts: Parts, core: Core, corrections: Corrections) -> tuple[LateLetters, LateApprovals]:
    kept = MongoLateLetters(parts.store, core.register)
    assignments = MongoAssignments(parts.store, NAME)
    letters = LateLetters(core.contacts, core.outcomes, corrections, kept, SystemClock())
    return letters, LateApprovals(core.campaigns, assignments, SystemClock(), parts.clock)


def _retention(parts: Parts, core: Core) -> Retention:
    kept = MongoRecords(parts.store, core.contacts, core.attachments, core.restrictions)
    retention = retention_of(parts, kept)
    expect_blocks(retention.policy)
    return retention


def _privacy(parts: Parts, core: Core, retention: Retention) -> Provided:
    personal = PersonalData(parts.audit, core.restrictions, parts.clock)
    policy, tokens = retention.policy, partial(tokens_given, parts.keyring)
    earlier = EarlierNames(parts.audit, tokens, partial(lifted, parts.keyring), parts.keyring.generation)
    subjects = MongoPrivacy(parts.store, core.contacts, core.rows, parts.cipher, core.attachments, policy)
    return {
        PersonalData: personal,
        DataProtection: DataProtection(
            subjects, core.restrictions, personal, parts.audit, policy, parts.clock, tokens, earlier
        ),
    }


def _jobs(parts: Parts, core: Core, settings: Settings, letters: Step, approvals: Step) -> list[Job]:
    steps = {
        "overdue": (Overdue(core.disclosures, parts.clock).step, settings.overdue_every),
        "adoption": (letters, LATE_ARRIVALS_SECONDS),
        "settling": (approvals, LATE_ARRIVALS_SECONDS),
    }
    return [Job(name, step, every=every, turn=parts.lease(name)) for name, (step, every) in steps.items()]
