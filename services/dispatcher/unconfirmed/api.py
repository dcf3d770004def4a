"""Unconfirmed communications over HTTP: seen, and settled by a person."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.dispatcher.unconfirmed.unconfirmed import Became, Unconfirmed, UnconfirmedLetter
from shared.principal import Principal
from shared.values import CampaignReference, LetterReference
from shared.web.callers.access import allowed
from shared.web.dependencies import part

Reader = Annotated[Principal, Depends(allowed("dispatch:read", "population:write"))]
Settler = Annotated[Principal, Depends(allowed("population:write"))]
Settling = Annotated[Unconfirmed, Depends(part(Unconfirmed))]

router = APIRouter(prefix="/v1/campaigns/{reference}/dispatch/unconfirmed", tags=["dispatch"])


class Settled(BaseModel):
    """`provider_id` is the provider's own name for a communication that was `sent`, where it is known."""

    model_config = ConfigDict(extra="forbid")

    became: Became
    provider_id: Annotated[str, Field(pattern=r"^[!-~]{1,100}$")] | None = None


@router.get("")
async def unconfirmed(reference: CampaignReference, _caller: Reader, settling: Settling) -> list[UnconfirmedLetter]:
    """Lists communications of which nobody here can tell whether they went: the provider was handed them, did not
    confirm, and does not find them."""
    return await settling.of(reference)


@router.post("/{letter}", status_code=204)
async def settle(
    reference: CampaignReference, letter: LetterReference, settled: Settled, caller: Settler, settling: Settling
) -> None:
    """Settles one: `sent` is said as issued, `not-sent` goes again, and an `unknown` one has failed. What is sent again
    although it went, the customer gets twice: ask the provider, or look into the mail server's log."""
    await settling.settle(reference, letter, settled.became, settled.provider_id, caller.subject)
