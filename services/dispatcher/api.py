"""Dispatcher over HTTP: the populations that it is given, and what it did with them."""

from fastapi import APIRouter

from services.dispatcher.ledger.api import ledger as dispatch
from services.dispatcher.ledger.api import receipts
from services.dispatcher.letters import api as previews
from services.dispatcher.population import api as population
from services.dispatcher.population import pages as population_pages
from services.dispatcher.privacy import api as subjects
from services.dispatcher.suppression import api as suppressions
from services.dispatcher.unconfirmed import api as unconfirmed

router = APIRouter()
router.include_router(population.router)
router.include_router(suppressions.router)
router.include_router(dispatch.router)
router.include_router(unconfirmed.router)
router.include_router(previews.router)
router.include_router(receipts.router)
router.include_router(subjects.router)
router.include_router(population_pages.router)
