"""Pages that begin a campaign."""

from pathlib import Path

from fastapi import APIRouter

from services.planner.drafting.pages import begin, clone, correct

TEMPLATES = Path(__file__).parent / "templates"
router = APIRouter(include_in_schema=False)
router.include_router(begin.router)
router.include_router(clone.router)
router.include_router(correct.router)
