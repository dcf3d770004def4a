"""Notifier over HTTP: a module for each subject, one router of all."""

from fastapi import APIRouter

from services.notifier.acknowledgements import api as acknowledgement
from services.notifier.acknowledgements import pages
from services.notifier.calendars import api as calendars
from services.notifier.notices import api as notices
from services.notifier.operations import api as operations
from services.notifier.operations.pages import router as operations_pages

router = APIRouter()
router.include_router(notices.router)
router.include_router(acknowledgement.router)
router.include_router(pages.router)
router.include_router(calendars.router)
router.include_router(operations.router)
router.include_router(operations_pages)
