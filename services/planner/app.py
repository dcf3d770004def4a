"""Puts planner together."""

from pathlib import Path

from services.planner.agreement.gates_file import SHIPPED, load_gates
from services.planner.api.router import router
from services.planner.campaigns import Campaigns
from services.planner.handlers import Handlers
from services.planner.messages import HEARS
from services.planner.progress.progress import ProgressRepository
from services.planner.progress.repository import NOTICES, OUTCOMES, RESPONSES, RETURNED, MongoProgress
from services.planner.repository import CAMPAIGNS, HISTORY, MongoCampaigns
from shared.composition import Parts, assemble
from shared.messaging.bus import bound
from shared.service import Service
from shared.settings import ServiceSettings

NAME = "planner"


class Settings(ServiceSettings):
    mongo_database: str = "otm_planner"
    gates_file: Path = SHIPPED


def build_app(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    rules = load_gates(settings.gates_file)
    parts = Parts.of(NAME, settings, CAMPAIGNS, HISTORY, RESPONSES, NOTICES, OUTCOMES, RETURNED)
    progress = MongoProgress(parts.store)
    campaigns = Campaigns(MongoCampaigns(parts.store, parts.clock), progress, rules, parts.clock)
    return assemble(
        parts,
        hears=bound(HEARS, Handlers(campaigns, progress)),
        router=router,
        provides={Campaigns: campaigns, ProgressRepository: progress},
    )
