"""The page of what is coming to a team, week by week."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.planner.acknowledging.asked import speaks_for
from services.planner.coming.weeks import Coming, coming_to, reason_words
from services.planner.steering.forecasts import Forecasts, computed
from shared.clock import Clock, today
from shared.errors import Forbidden
from shared.rendering.chart import Chart, Series
from shared.values import Code
from shared.web.dependencies import part
from shared.web.site.look import TheLook, day, number
from shared.web.site.navigation import TEAM_WORK
from shared.web.site.visitors import Visit, visiting

TEMPLATES = Path(__file__).parent / "templates"
Member = Annotated[Visit, Depends(visiting(*TEAM_WORK))]

router = APIRouter(prefix="/coming", include_in_schema=False)


@router.get("")
async def weeks(
    visit: Member,
    look: TheLook,
    forecasts: Annotated[Forecasts, Depends(part(Forecasts))],
    clock: Annotated[Clock, Depends(part(Clock))],
    team: Code | None = None,
) -> Response:
    """Shows the weeks to come of the person's team, or of another one that they speak for."""
    own = {name for name in (visit.person.team, *speaks_for(visit.person.scopes)) if name}
    chosen = team or visit.person.team or min(own, default=None)
    if chosen is None or (chosen not in own and "all" not in own):
        raise Forbidden("your sign-in names no team whose work you may see")
    live, on = await forecasts.live(), today(clock)
    coming = await computed(lambda: coming_to(chosen, live, on))
    words = {reason: reason_words(reason) for reason in coming.reasons}
    shown = chart_of(coming) if coming.weeks else None
    return look.page("coming/coming.html", visit, coming=coming, words=words, teams=sorted(own - {"all"}), chart=shown)


def chart_of(coming: Coming) -> Chart:
    """Returns the chart of the weeks: what is expected, and what there may be at most."""
    highest = max(coming.weeks, key=lambda week: week.central)
    return Chart(
        title="Contacts by week",
        told=f"Most are expected in the week from {day(highest.begins)}: {number(highest.central)}, "
        f"at least {number(highest.low)} and at most {number(highest.high)}",
        labels=[f"{week.begins.day} {week.begins:%b}" for week in coming.weeks],
        series=[
            Series("Expected", "columns", [week.central for week in coming.weeks]),
            Series("At most", "other", [week.high for week in coming.weeks]),
        ],
    )
