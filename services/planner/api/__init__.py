"""Planner over HTTP: campaigns, their launch, and the API of every capability."""

from fastapi import APIRouter

from services.planner.acknowledging import pages as acknowledging_pages
from services.planner.agreement import pages as agreement_pages
from services.planner.agreement.api import clashes, gates, stakeholders
from services.planner.api import campaigns, corrections, launch, refits, waiting
from services.planner.approving import pages as approving_pages
from services.planner.assessment import api as assessment
from services.planner.assessment import pages as assessment_pages
from services.planner.capacity import api as capacity
from services.planner.capacity import pages as capacity_pages
from services.planner.coming import pages as coming_pages
from services.planner.drafting import pages as drafting_pages
from services.planner.evaluation import api as trial
from services.planner.evaluation import pages as trial_pages
from services.planner.forecast import api as forecast
from services.planner.forecast import pages as forecast_pages
from services.planner.help import api as help_requests
from services.planner.issuing import api as issuing
from services.planner.letters import pages as letters_pages
from services.planner.lines_to_take import api as lines_to_take
from services.planner.lines_to_take import pages as lines_pages
from services.planner.press import pages as press_pages
from services.planner.tasks import pages as tasks_pages
from services.planner.writing import pages as writing_pages

router = APIRouter()
MODULES = (
    *(
        campaigns,
        corrections,
        assessment,
        gates,
        lines_to_take,
        clashes,
        stakeholders,
        trial,
        capacity,
        forecast,
        refits,
        waiting,
        issuing,
        help_requests,
    ),
    launch,  # the last: it has a path with a word to fill in
)
PAGES = (
    acknowledging_pages,
    approving_pages,
    capacity_pages,
    agreement_pages,
    coming_pages,
    drafting_pages,  # before the tasks: its path has a word where theirs has a reference
    assessment_pages,
    writing_pages,
    letters_pages,
    lines_pages,
    forecast_pages,
    trial_pages,
    tasks_pages,
    press_pages,
)
for module in (*MODULES, *PAGES):
    router.include_router(module.router)
