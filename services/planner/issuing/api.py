"""Channels over HTTP: what dispatcher can issue, as planner knows it."""

from fastapi import APIRouter

from services.planner.callers import AllCampaigns, Reader
from shared.contracts.channels import OfferedChannel
from shared.values import Instant, Value

router = APIRouter(prefix="/v1/channels", tags=["channels"])


class Offer(Value):
    """The channels that plans may use; `offered_at` is None while dispatcher has not said any."""

    channels: tuple[OfferedChannel, ...]
    offered_at: Instant | None


@router.get("")
async def channels(_caller: Reader, campaigns: AllCampaigns) -> Offer:
    """Returns every channel that dispatcher has, with its formats, languages and limits."""
    offered = await campaigns.offered()
    return Offer(channels=offered.channels, offered_at=offered.offered_at) if offered else _NONE


_NONE = Offer(channels=(), offered_at=None)
