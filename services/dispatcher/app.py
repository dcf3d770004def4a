"""Puts dispatcher together."""

from functools import partial
from pathlib import Path

from services.dispatcher.api import router
from services.dispatcher.channels import GuardedChannel
from services.dispatcher.dispatch import Dispatch
from services.dispatcher.handlers import Handlers
from services.dispatcher.messages import HEARS
from services.dispatcher.population import PopulationLoader
from services.dispatcher.print_channel import PrintChannel
from services.dispatcher.repository.campaigns import MongoCampaigns
from services.dispatcher.repository.ledger import CHUNKS, COMMUNICATIONS, MongoDispatch
from services.dispatcher.repository.population import ENCRYPTED, RECIPIENTS, REJECTIONS, MongoPopulation
from shared.composition import Parts, assemble
from shared.jobs import Job
from shared.messaging.bus import bound
from shared.protection import blind_index
from shared.service import Service
from shared.settings import ServiceSettings

NAME = "dispatcher"
LOOK_FOR_WAVES_EVERY = 1.0  # seconds
LARGEST_POPULATION = 2_000_000_000  # bytes


class Settings(ServiceSettings):
    mongo_database: str = "otm_dispatcher"
    print_folder: Path


def build_app(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    parts = Parts.of(NAME, settings, RECIPIENTS, REJECTIONS, CHUNKS, COMMUNICATIONS)
    campaigns = MongoCampaigns(parts.store, parts.clock, NAME)
    population = MongoPopulation(parts.store, campaigns, parts.cipher, parts.keyring, parts.clock, NAME)
    ledger = MongoDispatch(parts.store, campaigns, population)
    channel = GuardedChannel(PrintChannel(settings.print_folder))
    dispatch = Dispatch(
        ledger, channel, parts.clock, parts.keyring.references, partial(blind_index, parts.keyring, "customer")
    )
    return assemble(
        parts,
        hears=bound(HEARS, Handlers(campaigns, dispatch, parts.bus.announcer)),
        router=router,
        provides={
            PopulationLoader: PopulationLoader(population, parts.clock),
            MongoPopulation: population,
            MongoDispatch: ledger,
        },
        jobs=[Job("waves", dispatch.start_due_waves, every=LOOK_FOR_WAVES_EVERY, turn=parts.lease("waves"))],
        encrypted=ENCRYPTED,
        size_limits={"/population": LARGEST_POPULATION},
    )
