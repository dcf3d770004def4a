"""Puts planner together."""

from services.planner.api import router
from services.planner.campaigns import Campaigns
from services.planner.handlers import Handlers
from services.planner.messages import HEARS
from services.planner.progress import ProgressRepository
from services.planner.repository.campaigns import CAMPAIGNS, MongoCampaigns
from services.planner.repository.progress import NOTICES, RESPONSES, MongoProgress
from shared.composition import Parts, assemble
from shared.messaging.bus import bound
from shared.service import Service
from shared.settings import ServiceSettings

NAME = "planner"


class Settings(ServiceSettings):
    mongo_database: str = "otm_planner"


def build_app(settings: Settings | None = None) -> Service:
    parts = Parts.of(NAME, settings or Settings(), CAMPAIGNS, RESPONSES, NOTICES)
    repository = MongoCampaigns(parts.store, parts.clock)
    progress = MongoProgress(parts.store)
    return assemble(
        parts,
        hears=bound(HEARS, Handlers(repository, progress)),
        router=router,
        provides={Campaigns: Campaigns(repository, parts.clock), ProgressRepository: progress},
    )
