"""Planner over HTTP."""

from fastapi import APIRouter

from services.planner.api import assessment, campaigns, clashes, gates, launch, lines_to_take, stakeholders

router = APIRouter()
for module in (campaigns, assessment, gates, lines_to_take, clashes, stakeholders, launch):
    router.include_router(module.router)
