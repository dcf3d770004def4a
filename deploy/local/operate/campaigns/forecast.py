"""The work behind `otm forecast` for a campaign that planner keeps: asked of planner, shown like a file's."""

from pathlib import Path
from typing import Any

from deploy.local.errors import StackError
from deploy.local.operate.campaigns.campaign import Desk
from deploy.local.operate.document import document
from services.planner.forecast.requests import CampaignFit, CampaignForecast
from services.planner.forecast.schedule.comparison import Comparison
from services.planner.forecast.schedule.proposal import Proposal
from services.planner.forecast.simulated.contacts import SimulatedDay


def shown(desk: Desk, reference: str) -> CampaignForecast:
    return CampaignForecast.model_validate(desk.read(f"/{reference}/forecast"))


def scheduled(desk: Desk, reference: str, limits: Path | None) -> Proposal:
    """Returns the proposal within the limits of a file, or within the plan's own."""
    body = _fields(limits) if limits else {}
    return Proposal.model_validate(desk.create(f"/{reference}/forecast/schedule", body))


def compared(desk: Desk, reference: str, waves: Path) -> Comparison:
    """Returns the campaign's own waves beside those of a file."""
    body = {"other": _fields(waves).get("waves", [])}
    return Comparison.model_validate(desk.create(f"/{reference}/forecast/comparison", body))


def fitted(desk: Desk, reference: str) -> CampaignFit:
    return CampaignFit.model_validate(desk.read(f"/{reference}/forecast/refit"))


def simulated(desk: Desk, reference: str, truth: float, seed: int) -> list[SimulatedDay]:
    found = desk.read(f"/{reference}/forecast/simulation?truth={truth}&seed={seed}")
    return [SimulatedDay.model_validate(day) for day in found]


def _fields(file: Path) -> dict[str, Any]:
    given = document(file)
    if not isinstance(given, dict):
        raise StackError(f"{file} has no fields: see docs/closed-loop.md")
    return given
