"""Composition root of planner."""

from services.planner.agreement.gates_file import load_gates
from services.planner.api import router
from services.planner.campaigns import Campaigns
from services.planner.handlers import Handlers
from services.planner.issuing.repository import MongoOffers
from services.planner.messages import HEARS
from services.planner.progress.ports import ProgressRepository
from services.planner.progress.repository import NOTICES, OUTCOMES, RESPONSES, RETURNED, MongoProgress
from services.planner.repository import CAMPAIGNS, HISTORY, MongoCampaigns
from services.planner.settings import Settings
from shared.clock import Clock
from shared.composition import Parts, assemble
from shared.messaging.bus import bound
from shared.service import Service

NAME = "planner"


def build_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Service:
    """Returns planner, not yet connected. Missing `settings` are read from the environment; `clock` is for tests."""
    settings = settings or Settings()
    rules = load_gates(settings.gates_file)
    parts = Parts.of(NAME, settings, CAMPAIGNS, HISTORY, RESPONSES, NOTICES, OUTCOMES, RETURNED, clock=clock)
    progress = MongoProgress(parts.store)
    campaigns = Campaigns(
        MongoCampaigns(parts.store, parts.clock), progress, MongoOffers(parts.store), rules, parts.clock
    )
    return assemble(
        parts,
        hears=bound(HEARS, Handlers(campaigns, progress, parts.bus.announcer)),
        router=router,
        provides={Campaigns: campaigns, ProgressRepository: progress},
    )
