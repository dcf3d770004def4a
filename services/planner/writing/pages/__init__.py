"""Pages on which a plan and its lines to take are written: each part on one, each item of a list on one."""

from pathlib import Path

from fastapi import APIRouter

from services.planner.writing.pages import write

TEMPLATES = Path(__file__).parent / "templates"
router = APIRouter(include_in_schema=False)
router.include_router(write.router)
