"""Composition root of dispatcher."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from services.dispatcher.api import router
from services.dispatcher.audit.audit import Audit
from services.dispatcher.audit.made_again import MadeAgain
from services.dispatcher.channels.offering import Offering
from services.dispatcher.channels.printing.sweep import PrintSweep
from services.dispatcher.channels.providers.receipts import ReceiptToken
from services.dispatcher.channels.repository import MongoOffer, MongoUsage
from services.dispatcher.channels.setup import configured_channels
from services.dispatcher.issue.repository import MongoDispatch
from services.dispatcher.ledger.delivery_reports import DeliveryReports
from services.dispatcher.messages import HEARS, SAYS
from services.dispatcher.population.loader import PopulationLoader
from services.dispatcher.population.pages import FILE
from services.dispatcher.population.pages import TEMPLATES as POPULATION_TEMPLATES
from services.dispatcher.population.repository.population import ENCRYPTED, MongoPopulation
from services.dispatcher.privacy.repository.retention import MongoKept
from services.dispatcher.privacy.service import DataProtection
from services.dispatcher.schema import SCHEMA
from services.dispatcher.settings import Settings
from services.dispatcher.suppression.lists import SuppressionLists
from services.dispatcher.suppression.repository.suppressions import MongoSuppressions
from services.dispatcher.unconfirmed.unconfirmed import Unconfirmed
from services.dispatcher.wiring import (
    Channels,
    Issuing,
    Repositories,
    data_protection,
    issuing,
    population_loader,
    repositories,
)
from shared.clock import Clock, SystemClock
from shared.events import Announcer
from shared.letters.previews import Previews
from shared.messaging.bus import bound
from shared.retention.retention import Retention
from shared.running.composition import Parts, assemble
from shared.running.jobs import Job
from shared.running.retaining import retention_job, retention_of
from shared.running.service import Service

NAME = "dispatcher"
WAVES_SECONDS = 1.0
SWEEP_SECONDS = 60.0
OFFER_SECONDS = 5.0
HEARER_OF_OFFERS = "planner.channels.offered.v1"
"""The queue of planner, which may start later than dispatcher: what is said before it is there, nobody hears."""
POPULATION_BYTES = 2_000_000_000
LIST_BYTES = 200_000_000


def build_app(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    announcer: Announcer | None = None,
    channels: Channels | None = None,
) -> Service:
    """The clock, the announcer and the channels are those of the settings and the bus, unless a test gives its own."""
    settings = settings or Settings()
    parts = Parts.of(NAME, settings, SCHEMA, says=SAYS, clock=clock)
    kept = repositories(parts, settings)
    channels = channels or configured_channels(settings.channels, MongoUsage(parts.store), parts.clock, parts.registry)
    retention = retention_of(parts, MongoKept(parts.store, kept.campaigns, parts.cipher))
    work = issuing(parts, kept, settings, channels, announcer or parts.bus.announcer)
    return assemble(
        parts,
        hears=bound(HEARS, work.handlers),
        router=router,
        provides={Retention: retention, **_provided(parts, kept, settings, channels, work)},
        jobs=[retention_job(parts, retention), *_jobs(parts, kept, work, channels, settings.print_folder)],
        encrypted=ENCRYPTED,
        size_limits={"/population": POPULATION_BYTES, FILE: POPULATION_BYTES, "/entries": LIST_BYTES},
        templates={"population": POPULATION_TEMPLATES},
    )


def offering(parts: Parts, kept: Repositories, channels: Channels) -> Offering:
    can = {code: channel.capabilities for code, channel in channels.items()}
    return Offering(MongoOffer(parts.store, parts.name), can, kept.rules.formats, parts.clock)


async def _offer_where_heard(parts: Parts, offers: Offering) -> bool:
    return HEARER_OF_OFFERS in await parts.bus.upkeep.depths(HEARER_OF_OFFERS) and await offers.say()


def _provided(
    parts: Parts, kept: Repositories, settings: Settings, channels: Channels, work: Issuing
) -> Mapping[type, object]:
    """Parts that the functions of the router ask for, by type."""
    return {
        PopulationLoader: population_loader(parts, kept, settings, channels),
        SuppressionLists: SuppressionLists(kept.suppressions, kept.rules, parts.keyring, parts.clock, parts.audit),
        MongoSuppressions: kept.suppressions,
        MongoPopulation: kept.population,
        MongoDispatch: kept.ledger,
        Repositories: kept,
        Clock: parts.clock,
        DeliveryReports: work.reports,
        DataProtection: data_protection(parts, kept),
        Audit: Audit(kept.ledger, MadeAgain(kept.ledger, work.settler), parts.keyring.references),
        Previews: Previews(settings.fonts),
        Offering: offering(parts, kept, channels),
        Unconfirmed: Unconfirmed(kept.ledger, parts.audit, parts.clock),
        ReceiptToken: ReceiptToken(settings.notify.callback_token if settings.notify else None),
    }


def _jobs(parts: Parts, kept: Repositories, work: Issuing, channels: Channels, print_folder: Path) -> list[Job]:
    """Returns the jobs. Files and loads are swept by real time, wherever the service's clock is set to."""
    scheduler, offers = work.scheduler, offering(parts, kept, channels)
    printed = PrintSweep(print_folder, SystemClock())
    return [
        Job("offer", partial(_offer_where_heard, parts, offers), every=OFFER_SECONDS, turn=parts.lease("offer")),
        Job("waves", scheduler.start_due_waves, every=WAVES_SECONDS, turn=parts.lease("waves"), news=scheduler.news),
        Job("print sweep", printed.step, every=SWEEP_SECONDS, turn=parts.lease("print sweep")),
        Job("sweep", kept.loading.sweep, every=SWEEP_SECONDS, turn=parts.lease("sweep")),
        Job("deferred", scheduler.make_deferred_due, every=WAVES_SECONDS, turn=parts.lease("deferred")),
    ]
