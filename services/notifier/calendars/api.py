"""Teams' calendars over HTTP: a calendar program reads one by a secret link, without a key."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Path as PathParameter
from fastapi.responses import Response

from services.notifier.calendars.feed import CalendarFeed
from shared.clock import Clock
from shared.principal import Principal
from shared.trail import AuditTrail
from shared.values import Code, Value
from shared.web.callers.access import allowed
from shared.web.dependencies import part

Writer = Annotated[Principal, Depends(allowed("notices:write"))]
Feed = Annotated[CalendarFeed, Depends(part(CalendarFeed))]
Token = Annotated[str, PathParameter(max_length=100)]

router = APIRouter(prefix="/v1/calendars", tags=["calendars"])


class Link(Value):
    """The link of a calendar. `url` is a key to it: give it to the team and to nobody else."""

    team: Code
    url: str


@router.get("/{team}")
async def link(team: Code, _caller: Writer, feed: Feed) -> Link:
    """The link of a team's calendar."""
    return Link(team=team, url=await feed.link(team))


@router.post("/{team}/rotation")
async def rotate(
    team: Code,
    caller: Writer,
    feed: Feed,
    trail: Annotated[AuditTrail, Depends(part(AuditTrail))],
    clock: Annotated[Clock, Depends(part(Clock))],
) -> Link:
    """Gives a team's calendar a new link, and closes the old one, for when that got about."""
    url = await feed.rotate(team)
    await trail.append(clock.now(), caller.subject, "calendar.link-rotated", {"team": team})
    return Link(team=team, url=url)


@router.get("/{team}/{token}.ics", response_class=Response)
async def calendar(team: Code, token: Token, feed: Feed) -> Response:
    """Launches, waves and the days by which customers are asked to act, as iCalendar."""
    headers = {"Cache-Control": "private, max-age=900", "Referrer-Policy": "no-referrer"}
    return Response(await feed.feed(team, token), media_type="text/calendar", headers=headers)
