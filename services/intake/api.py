"""Intake over HTTP, a router for each capability."""

from fastapi import APIRouter

from services.intake.contacts.api import contacts, volumes
from services.intake.delivery import api as delivery
from services.intake.desk import pages as desk
from services.intake.disclosures import api as disclosures
from services.intake.helpline import pages as helpline
from services.intake.outcomes import api as outcomes
from services.intake.privacy import api as privacy
from services.intake.referrals import api as referrals
from services.intake.register import api as register
from services.intake.work import pages as work

ROUTERS = (
    register.router,
    contacts.router,
    delivery.router,
    disclosures.router,
    referrals.router,
    volumes.router,
    outcomes.router,
    privacy.router,
)

PAGES = (desk.router, helpline.router, work.router)

of_machines = APIRouter(prefix="/v1")
for each in ROUTERS:
    of_machines.include_router(each)
router = APIRouter()
for each in (of_machines, *PAGES):
    router.include_router(each)
