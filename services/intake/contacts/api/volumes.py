"""Counts of contacts over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.intake.callers import Counter
from services.intake.contacts.repository.volumes import MongoVolumes
from services.intake.contacts.volumes import Grouping, Volume, expect_quarters
from shared.values import CampaignReference, Instant
from shared.web.dependencies import part

router = APIRouter(tags=["volumes"])


@router.get("/volumes")
async def volumes(
    _caller: Counter,
    kept: Annotated[MongoVolumes, Depends(part(MongoVolumes))],
    campaign: CampaignReference | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    by: Annotated[list[Grouping], Query(max_length=4)] = ["quarter"],  # noqa: B006 - FastAPI copies it
) -> list[Volume]:
    """Contacts that came in from `since` until before `until`, told apart `by` what is asked; void ones not counted.

    `since` and `until` are at the beginning of a quarter of an hour. Without a campaign: contacts
    about letters that we do not know.
    """
    expect_quarters(since, until)
    return await kept.volumes(campaign, since, until, list(dict.fromkeys(by)))
