"""Dependencies that requests share: the caller, the version that the caller has seen, and the reason."""

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from services.planner.campaign import Campaign
from services.planner.campaigns import Campaigns
from shared.errors import Invalid, PreconditionRequired, Problem
from shared.principal import Principal
from shared.values import OfficialText, Value
from shared.web.callers.access import allowed, known
from shared.web.dependencies import part

Anybody = Annotated[Principal, Depends(known)]
Reader = Annotated[Principal, Depends(allowed("campaigns:read", "campaigns:write", "campaigns:approve"))]
Designer = Annotated[Principal, Depends(allowed("campaigns:write"))]
Approver = Annotated[Principal, Depends(allowed("campaigns:approve"))]
Decider = Annotated[Principal, Depends(allowed("campaigns:write", "campaigns:approve"))]
Analyst = Annotated[Principal, Depends(allowed("trials:analyse"))]
AllCampaigns = Annotated[Campaigns, Depends(part(Campaigns))]


class Reason(Value):
    reason: OfficialText = ""


class Missing(Value):
    """The problems that stand against a step; without any, the step may be taken."""

    problems: tuple[Problem, ...]


async def seen_version(
    if_match: Annotated[str | None, Header(description='The version last seen, as its ETag: `"3"`')] = None,
) -> int | None:
    """Returns the version in If-Match; None without that header."""
    text = (if_match or "").strip().removeprefix("W/").strip('"')
    if if_match is not None and not re.fullmatch(r"[0-9]{1,9}", text):
        problem = Problem("If-Match", "version", 'send the ETag you were given, such as "3"')
        raise Invalid("If-Match is not a version of a campaign", problem)
    return int(text) if text else None


SeenVersion = Annotated[int | None, Depends(seen_version)]


async def must_have_seen(seen: SeenVersion) -> int:
    """Returns the version that the caller has seen. Raises `PreconditionRequired` when the caller names none."""
    if seen is None:
        raise PreconditionRequired("send If-Match with the ETag of the version that you have seen")
    return seen


MustHaveSeen = Annotated[int, Depends(must_have_seen)]


def tagged(campaign: Campaign, response: Response) -> Campaign:
    response.headers["ETag"] = f'"{campaign.version}"'
    return campaign


def created(campaign: Campaign, response: Response) -> Campaign:
    response.headers["Location"] = f"/v1/campaigns/{campaign.reference}"
    return tagged(campaign, response)
