"""Notices over HTTP: what was told to whom, and what became of it."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.notifier.notice import Notice
from services.notifier.repository.notices import MongoNotices
from shared.errors import NotFound
from shared.values import CampaignReference, Identifier
from shared.web.access import Principal, allowed
from shared.web.parts import part

Reader = Annotated[Principal, Depends(allowed("notices:read"))]
Notices = Annotated[MongoNotices, Depends(part(MongoNotices))]

router = APIRouter(prefix="/v1/notices", tags=["notices"])


@router.get("")
async def everything(_caller: Reader, notices: Notices, campaign: CampaignReference | None = None) -> list[Notice]:
    """Every notice, as sent, oldest first; of one campaign if `campaign` is given."""
    return await notices.of_campaign(campaign)


@router.get("/gathered")
async def gathered(_caller: Reader, notices: Notices, campaign: CampaignReference) -> dict[str, int]:
    """How many things of this campaign were taken up in digests or wait for one, by rule."""
    return await notices.gathered(campaign)


@router.get("/{notice_id}")
async def one(notice_id: Identifier, _caller: Reader, notices: Notices) -> Notice:
    """One notice with what it said."""
    notice = await notices.get(notice_id)
    if notice is None:
        raise NotFound("there is no such notice")
    return notice
