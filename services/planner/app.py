"""Composition root of planner."""

from services.planner.acknowledging.pages import TEMPLATES as ACKNOWLEDGING_TEMPLATES
from services.planner.agreement.gates_file import load_gates
from services.planner.agreement.pages import TEMPLATES as AGREEMENT_TEMPLATES
from services.planner.api import router
from services.planner.approving.pages import TEMPLATES as APPROVING_TEMPLATES
from services.planner.assessment.pages import TEMPLATES as ASSESSMENT_TEMPLATES
from services.planner.campaigns import Campaigns
from services.planner.capacity.pages import TEMPLATES as CAPACITY_TEMPLATES
from services.planner.capacity.ports import CapacityRepository
from services.planner.capacity.repository import MongoCapacities
from services.planner.coming.pages import TEMPLATES as COMING_TEMPLATES
from services.planner.drafting.pages import TEMPLATES as DRAFTING_TEMPLATES
from services.planner.evaluation.pages import TEMPLATES as EVALUATION_TEMPLATES
from services.planner.evaluation.ports import EvaluationRepository, UnitRepository
from services.planner.evaluation.repository import MongoEvaluations, MongoUnits
from services.planner.forecast.pages import TEMPLATES as FORECAST_TEMPLATES
from services.planner.handlers import Handlers
from services.planner.issuing.repository import MongoOffers
from services.planner.letters.pages import TEMPLATES as LETTERS_TEMPLATES
from services.planner.lines_to_take.pages import TEMPLATES as LINES_TEMPLATES
from services.planner.messages import HEARS, SAYS
from services.planner.press.pages import TEMPLATES as PRESS_TEMPLATES
from services.planner.progress.ports import ProgressRepository
from services.planner.progress.repository import MongoProgress
from services.planner.repository import MongoCampaigns
from services.planner.schema import SCHEMA
from services.planner.settings import Settings
from services.planner.steering.forecasts import Forecasts
from services.planner.steering.loop_time import LoopTime
from services.planner.steering.refits import Refits
from services.planner.steering.suggestions import Suggestions
from services.planner.tasks.pages import TEMPLATES as TASKS_TEMPLATES
from services.planner.trial_results import TrialResults
from services.planner.writing.pages import TEMPLATES as WRITING_TEMPLATES
from shared.clock import Clock
from shared.letters.previews import Previews
from shared.messaging.bus import bound
from shared.retention.retention import Retention
from shared.running.composition import Parts, assemble
from shared.running.jobs import Job
from shared.running.retaining import retention_job, retention_of
from shared.running.service import Service
from shared.storage.retention import MongoRetention

NAME = "planner"
TEMPLATES = {
    "acknowledging": ACKNOWLEDGING_TEMPLATES,
    "approving": APPROVING_TEMPLATES,
    "assessment": ASSESSMENT_TEMPLATES,
    "capacity": CAPACITY_TEMPLATES,
    "agreement": AGREEMENT_TEMPLATES,
    "coming": COMING_TEMPLATES,
    "drafting": DRAFTING_TEMPLATES,
    "evaluation": EVALUATION_TEMPLATES,
    "forecast": FORECAST_TEMPLATES,
    "letters": LETTERS_TEMPLATES,
    "lines_to_take": LINES_TEMPLATES,
    "press": PRESS_TEMPLATES,
    "tasks": TASKS_TEMPLATES,
    "writing": WRITING_TEMPLATES,
}
LOOP_TIME_SECONDS = 10.0  # between looks whether the closed loop's own time has ended on a campaign


def build_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Service:
    """Returns planner, not yet connected. Missing `settings` are read from the environment; `clock` is for tests."""
    settings = settings or Settings()
    rules = load_gates(settings.gates_file)
    parts = Parts.of(NAME, settings, SCHEMA, says=SAYS, clock=clock)
    progress, units = MongoProgress(parts.store), MongoUnits(parts.store)
    evaluations = MongoEvaluations(parts.store)
    kept, offers = MongoCampaigns(parts.store, parts.clock), MongoOffers(parts.store)
    campaigns = Campaigns(kept, progress, offers, rules, parts.clock, parts.keyring.generation)
    capacities = MongoCapacities(parts.store, NAME)
    forecasts = Forecasts(campaigns, progress, capacities, parts.clock)
    refits, loop_time = Refits(campaigns, forecasts), LoopTime(campaigns)
    retention = retention_of(parts, MongoRetention(parts.store))
    return assemble(
        parts,
        hears=bound(HEARS, Handlers(campaigns, progress, units, parts.bus.announcer, refits)),
        router=router,
        provides={
            Campaigns: campaigns,
            ProgressRepository: progress,
            Clock: parts.clock,
            UnitRepository: units,
            EvaluationRepository: evaluations,
            TrialResults: TrialResults(campaigns, progress, units, evaluations, parts.clock),
            CapacityRepository: capacities,
            Forecasts: forecasts,
            Refits: refits,
            Suggestions: Suggestions(campaigns, progress, parts.clock),
            LoopTime: loop_time,
            Previews: Previews(),
            Retention: retention,
        },
        templates=TEMPLATES,
        jobs=[
            Job("loop-time", loop_time.step, every=LOOP_TIME_SECONDS, turn=parts.lease("loop-time")),
            retention_job(parts, retention),
        ],
    )
