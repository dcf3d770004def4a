"""Dispatcher over HTTP: the populations that it is given, and what it did with them."""

from fastapi import APIRouter

from services.dispatcher.api import dispatch, population, previews, receipts, subjects, suppressions

router = APIRouter()
router.include_router(population.router)
router.include_router(suppressions.router)
router.include_router(dispatch.router)
router.include_router(previews.router)
router.include_router(receipts.router)
router.include_router(subjects.router)
