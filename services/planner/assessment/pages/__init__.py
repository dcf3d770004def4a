"""Pages of the assessment: one question a page, then all answers to check before approval is asked for."""

from pathlib import Path

from fastapi import APIRouter

from services.planner.assessment.pages import check, question

TEMPLATES = Path(__file__).parent / "templates"
router = APIRouter(include_in_schema=False)
router.include_router(question.router)
router.include_router(check.router)
