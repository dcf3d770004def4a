"""The page of wave sizes beside what the helplines can take. It answers while a number is changed."""

from pathlib import Path

from fastapi import APIRouter

from services.planner.forecast.pages import waves

TEMPLATES = Path(__file__).parent / "templates"
router = APIRouter(include_in_schema=False)
router.include_router(waves.router)
