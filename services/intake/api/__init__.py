"""Intake over HTTP, one module for each noun."""

from fastapi import APIRouter

from services.intake.api import contacts, letter_issuer, lookup, outcomes, privacy, referrals, volumes, volunteered

ROUTERS = (
    lookup.router,
    contacts.router,
    letter_issuer.router,
    volunteered.router,
    referrals.router,
    volumes.router,
    outcomes.router,
    privacy.router,
)

router = APIRouter(prefix="/v1")
for each in ROUTERS:
    router.include_router(each)
