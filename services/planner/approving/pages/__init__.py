"""Pages of approvers: what waits for them, and a brief with their decision. They work without scripts."""

from pathlib import Path

from fastapi import APIRouter

from services.planner.approving.pages import brief, link, waiting

TEMPLATES = Path(__file__).parent / "templates"
router = APIRouter(include_in_schema=False)
router.include_router(waiting.router)
router.include_router(brief.router)
router.include_router(link.router)
