"""Puts intake together."""

from services.intake.api import router
from services.intake.batch import BatchRecorder
from services.intake.handlers import Handlers
from services.intake.messages import HEARS
from services.intake.recording import Recorder
from services.intake.register import Register
from services.intake.repository.contacts import CONTACTS, DISCLOSURES, REFERRALS, MongoContacts
from services.intake.repository.register import LETTERS, MongoRegister
from shared.composition import Parts, assemble
from shared.messaging.bus import bound
from shared.service import Service
from shared.settings import ServiceSettings

NAME = "intake"
LARGEST_BATCH = 200_000_000  # bytes


class Settings(ServiceSettings):
    mongo_database: str = "otm_intake"


def build_app(settings: Settings | None = None) -> Service:
    parts = Parts.of(NAME, settings or Settings(), CONTACTS, DISCLOSURES, REFERRALS, LETTERS)
    register = MongoRegister(parts.store)
    contacts = MongoContacts(parts.store, register, parts.cipher, NAME)
    recorder = Recorder(contacts, parts.clock)
    return assemble(
        parts,
        hears=bound(HEARS, Handlers(register)),
        router=router,
        provides={
            Register: register,
            Recorder: recorder,
            BatchRecorder: BatchRecorder(recorder),
            MongoContacts: contacts,
        },
        size_limits={"/contacts/batch": LARGEST_BATCH},
    )
