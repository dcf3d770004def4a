"""Pages of the desk: the letter, the lines to take, the contact, and undoing it. They work without scripts."""

from pathlib import Path

from fastapi import APIRouter

from services.intake.desk.pages import contacts, letters

TEMPLATES = Path(__file__).parent / "templates"
router = APIRouter(include_in_schema=False)
router.include_router(letters.router)
router.include_router(contacts.router)
