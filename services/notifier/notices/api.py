"""Notices over HTTP: their words, their teams, and what became of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.notifier.notices.history import Filter, Page
from services.notifier.notices.notice import Notice
from services.notifier.notices.repository.notices import MongoNotices
from services.notifier.notices.resend import Resender
from shared.errors import NotFound
from shared.principal import Principal
from shared.values import CampaignReference, Identifier
from shared.web.callers.access import allowed
from shared.web.dependencies import part

Reader = Annotated[Principal, Depends(allowed("notices:read"))]
Writer = Annotated[Principal, Depends(allowed("notices:write"))]
Notices = Annotated[MongoNotices, Depends(part(MongoNotices))]

router = APIRouter(prefix="/v1/notices", tags=["notices"])


@router.get("")
async def page(_caller: Reader, notices: Notices, wanted: Annotated[Filter, Query()]) -> Page:
    """Notices as sent, with every attempt and the acknowledgement, the newest first."""
    return Page.of(await notices.listed(wanted), wanted.limit)


@router.get("/gathered")
async def gathered(_caller: Reader, notices: Notices, campaign: CampaignReference) -> dict[str, int]:
    """Numbers of entries of this campaign in digests or waiting for one, by rule."""
    return await notices.gathered(campaign)


@router.get("/{notice_id}")
async def one(notice_id: Identifier, _caller: Reader, notices: Notices) -> Notice:
    """One notice with what it said."""
    notice = await notices.get(notice_id)
    if notice is None:
        raise NotFound("there is no such notice")
    return notice


@router.post("/{notice_id}/resend", status_code=202)
async def resend(
    notice_id: Identifier, caller: Writer, resending: Annotated[Resender, Depends(part(Resender))]
) -> Notice:
    """Sends a notice once more, as it was, under a new message id; the audit trail keeps who asked for that."""
    return await resending.resend(notice_id, caller.subject)
