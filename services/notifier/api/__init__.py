"""Notifier over HTTP: a module for each subject, one router of all."""

from fastapi import APIRouter

from services.notifier.api import acknowledgement, calendars, notices

router = APIRouter()
router.include_router(notices.router)
router.include_router(acknowledgement.router)
router.include_router(calendars.router)
