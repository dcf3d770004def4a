"""Pages of a trial: its design for designers; plan and seal, checks, then effects for analysts."""

from pathlib import Path

from fastapi import APIRouter

from services.planner.evaluation.pages import results, trial_design

TEMPLATES = Path(__file__).parent / "templates"
router = APIRouter(include_in_schema=False)
router.include_router(trial_design.router)
router.include_router(results.router)
