"""What every service answers to ops people and their machines: health and metrics."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.responses import Response

from shared.health import Health
from shared.web.parts import part

router = APIRouter(tags=["operations"])


@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process answers. Says nothing of the store or the broker: restarting would not help them."""
    return {"status": "ok"}


@router.get("/health/ready")
async def ready(health: Annotated[Health, Depends(part(Health))], wholly: bool = False) -> Response:
    """Whether to send requests here: 200 when they can be served, else 503.

    While the broker is away requests are still served (`degraded`); with `wholly` that is a 503 as well.
    """
    state, parts = await health.look()
    well = state == "ok" if wholly else state != "not-ready"
    return JSONResponse({"status": state, "parts": parts}, 200 if well else 503)


@router.get("/metrics")
async def metrics(registry: Annotated[CollectorRegistry, Depends(part(CollectorRegistry))]) -> Response:
    """Prometheus text."""
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
