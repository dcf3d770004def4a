"""Puts notifier together."""

from pathlib import Path

from services.notifier.api import router
from services.notifier.delivery import Delivery
from services.notifier.digests import Digests
from services.notifier.handlers import Handlers
from services.notifier.mail import MailChannel
from services.notifier.messages import HEARS
from services.notifier.notifying import Notifying
from services.notifier.rendering import Templates
from services.notifier.repository.digests import ENTRIES, MongoDigests
from services.notifier.repository.notices import NOTICES, MongoNotices
from services.notifier.rulebook import load_rulebook
from shared.composition import Parts, assemble
from shared.jobs import Job
from shared.messaging.bus import bound
from shared.service import Service
from shared.settings import ServiceSettings

NAME = "notifier"
HERE = Path(__file__).parent
LOOK_EVERY = 1.0  # seconds between looks for what has become due


class Settings(ServiceSettings):
    mongo_database: str = "otm_notifier"
    rulebook_file: Path = HERE / "rulebook.yaml"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    mail_from: str = "one-to-many@authority.example"


def build_app(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    parts = Parts.of(NAME, settings, NOTICES, ENTRIES)
    templates = Templates(HERE / "templates")
    book = load_rulebook(settings.rulebook_file, [contract.event_type for contract in HEARS], templates.codes)
    gathered = MongoDigests(parts.store)
    notices = MongoNotices(parts.store, gathered)
    notifying = Notifying(notices, book, templates, parts.clock)
    mail = MailChannel(settings.smtp_host, settings.smtp_port, settings.mail_from)
    delivery = Delivery(notices, mail, parts.bus.announcer, parts.clock)
    digests = Digests(gathered, notices, notifying, parts.clock)
    return assemble(
        parts,
        hears=bound(HEARS, Handlers(notices, notifying)),
        router=router,
        provides={MongoNotices: notices},
        jobs=[
            Job("delivery", delivery.send, every=LOOK_EVERY, turn=parts.lease("delivery"), news=notices.news),
            Job("said", delivery.say, every=LOOK_EVERY, turn=parts.lease("said")),
            Job("digests", digests.step, every=LOOK_EVERY, turn=parts.lease("digests")),
        ],
    )
