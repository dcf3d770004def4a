"""Puts dispatcher together."""

import tempfile
from functools import partial
from pathlib import Path

from services.dispatcher.api import router
from services.dispatcher.campaigns.repository import MongoCampaigns
from services.dispatcher.channels.email import SmtpSettings
from services.dispatcher.channels.limits import Allowance
from services.dispatcher.channels.notify import NotifySettings
from services.dispatcher.channels.print_sftp import SftpSettings
from services.dispatcher.channels.receipts import ReceiptToken
from services.dispatcher.channels.repository import USAGE, MongoUsage
from services.dispatcher.channels.setup import ChannelSettings, configured_channels
from services.dispatcher.channels.third_party import ThirdPartySettings
from services.dispatcher.handlers import Handlers
from services.dispatcher.issue.issuer import Issuer
from services.dispatcher.issue.repository import MongoDispatch
from services.dispatcher.issue.settlement import Settler
from services.dispatcher.ledger.attribution import ArmAttribution
from services.dispatcher.ledger.audit import Audit
from services.dispatcher.ledger.delivery_reports import DeliveryReports
from services.dispatcher.ledger.repository.ledger import COMMUNICATIONS
from services.dispatcher.letters.preview import Previews
from services.dispatcher.messages import HEARS
from services.dispatcher.population.loader import PopulationLoader
from services.dispatcher.population.repository.abandoned import MongoLoading
from services.dispatcher.population.repository.population import ENCRYPTED, RECIPIENTS, MongoPopulation
from services.dispatcher.privacy.repository.privacy import MongoSubjects
from services.dispatcher.privacy.repository.restrictions import MongoRestrictions
from services.dispatcher.privacy.service import DataProtection
from services.dispatcher.schedule.quiet_days import QuietDays
from services.dispatcher.schedule.repository import CHUNKS
from services.dispatcher.schedule.scheduler import Scheduler
from services.dispatcher.suppression.lists import SuppressionLists
from services.dispatcher.suppression.repository import SUPPRESSION_BLOCKS, MongoSuppressions
from services.dispatcher.suppression.rules_file import REVIEWED, load_suppression_rules
from shared.clock import SystemClock
from shared.composition import Parts, assemble
from shared.customer_token import customer_token
from shared.jobs import Job
from shared.messaging.bus import bound
from shared.service import Service
from shared.settings import ServiceSettings
from shared.working_days import Division

NAME = "dispatcher"
WAVES_SECONDS = 1.0  # seconds
SWEEP_SECONDS = 60.0  # seconds
POPULATION_BYTES = 2_000_000_000  # bytes
LIST_BYTES = 200_000_000  # bytes


class Settings(ServiceSettings):
    mongo_database: str = "otm_dispatcher"
    handler_seconds: float = 600
    """To allocate a million customers took 30 seconds, and a slower store must not wear out its retries."""
    print_folder: Path
    spool_folder: Path = Path(tempfile.gettempdir())
    suppression_file: Path = REVIEWED
    print_limits: Allowance = Allowance()
    sftp: SftpSettings | None = None
    notify: NotifySettings | None = None
    smtp: SmtpSettings | None = None
    third_party: ThirdPartySettings | None = None
    divisions: tuple[Division, ...] = (Division.ENGLAND_AND_WALES,)
    fonts: tuple[Path, ...] = ()

    @property
    def channels(self) -> ChannelSettings:
        return ChannelSettings(
            folder=self.print_folder, print_limits=self.print_limits, sftp=self.sftp, notify=self.notify,
            smtp=self.smtp, third_party=self.third_party,
        )  # fmt: skip


def build_app(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    parts = Parts.of(NAME, settings, RECIPIENTS, SUPPRESSION_BLOCKS, CHUNKS, COMMUNICATIONS, USAGE)
    campaigns = MongoCampaigns(parts.store, parts.clock, NAME)
    rules = load_suppression_rules(settings.suppression_file)
    loading = MongoLoading(parts.store, SystemClock())
    population = MongoPopulation(parts.store, campaigns, loading, parts.cipher, parts.clock, parts.audit, NAME)
    suppressions = MongoSuppressions(parts.store, population, loading, rules, SystemClock(), settings.spool_folder)
    ledger = MongoDispatch(parts.store, campaigns, population, NAME)
    quiet = QuietDays(settings.divisions)
    scheduling = Scheduler(ledger, parts.clock, quiet)
    channels = configured_channels(settings.channels, MongoUsage(parts.store), parts.clock)
    capabilities = {code: channel.capabilities for code, channel in channels.items()}
    token = partial(customer_token, parts.keyring)
    settling = Settler(ledger, capabilities, suppressions, parts.clock, parts.keyring.references, token)
    dispatch = Issuer(ledger, channels, settling, suppressions, parts.clock, quiet)
    reports = DeliveryReports(ledger, parts.bus.announcer)
    subjects = MongoSubjects(parts.store, ledger, parts.cipher, parts.keyring.references)
    restrictions = MongoRestrictions(parts.store, suppressions)
    return assemble(
        parts,
        hears=bound(
            HEARS, Handlers(campaigns, scheduling, dispatch, reports, ArmAttribution(ledger), parts.bus.announcer)
        ),
        router=router,
        provides={
            PopulationLoader: PopulationLoader(
                population, suppressions, rules, capabilities, parts.keyring, parts.clock, settings.spool_folder
            ),
            SuppressionLists: SuppressionLists(suppressions, rules, parts.keyring, parts.clock, parts.audit),
            MongoSuppressions: suppressions,
            MongoPopulation: population,
            MongoDispatch: ledger,
            DeliveryReports: reports,
            DataProtection: DataProtection(subjects, restrictions, parts.audit, parts.keyring, parts.clock),
            Audit: Audit(ledger, parts.keyring.references),
            Previews: Previews(settings.fonts),
            ReceiptToken: ReceiptToken(settings.notify.callback_token if settings.notify else None),
        },
        jobs=[
            Job(
                "waves",
                scheduling.start_due_waves,
                every=WAVES_SECONDS,
                turn=parts.lease("waves"),
                news=scheduling.news,
            ),
            Job("sweep", loading.sweep, every=SWEEP_SECONDS, turn=parts.lease("sweep")),
            Job("deferred", scheduling.make_deferred_due, every=WAVES_SECONDS, turn=parts.lease("deferred")),
        ],
        encrypted=ENCRYPTED,
        size_limits={"/population": POPULATION_BYTES, "/entries": LIST_BYTES},
    )
