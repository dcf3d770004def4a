"""Pages of teams: the work list, and the items on it with the steps that can be taken. They work without scripts."""

from pathlib import Path

from fastapi import APIRouter

from services.intake.work.pages import disclosures, lists, referrals

TEMPLATES = Path(__file__).parent / "templates"
router = APIRouter(include_in_schema=False)
router.include_router(lists.router)
router.include_router(referrals.router)
router.include_router(disclosures.router)
