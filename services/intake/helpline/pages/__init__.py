"""The page of helpline managers: today's contacts of all campaigns against the forecast and the capacity."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from services.intake.contacts.excursions import Excursions
from services.intake.contacts.repository.volumes import MongoVolumes
from services.intake.desk.strip import strips
from services.intake.helpline.day import HelplineDay, day_bounds, helpline_day, teams_of
from services.intake.helpline.ports import HeardCapacities
from services.intake.register.ports import Register
from shared.clock import Clock, today
from shared.rendering.chart import Chart, Series
from shared.values import Code
from shared.web.dependencies import part
from shared.web.site.look import TheLook, number, time_of_day
from shared.web.site.visitors import Visit, visiting

TEMPLATES = Path(__file__).parent / "templates"
ALL = "all"
Manager = Annotated[Visit, Depends(visiting("figures:read"))]

router = APIRouter(prefix="/helpline", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Helpline:
    """The parts of intake that the page uses."""

    register: Register
    excursions: Excursions
    volumes: MongoVolumes
    capacities: HeardCapacities
    clock: Clock


async def the_helpline(
    register: Annotated[Register, Depends(part(Register))],
    excursions: Annotated[Excursions, Depends(part(Excursions))],
    volumes: Annotated[MongoVolumes, Depends(part(MongoVolumes))],
    capacities: Annotated[HeardCapacities, Depends(part(HeardCapacities))],
    clock: Annotated[Clock, Depends(part(Clock))],
) -> Helpline:
    return Helpline(register, excursions, volumes, capacities, clock)


@router.get("")
async def show(
    visit: Manager,
    look: TheLook,
    helpline: Annotated[Helpline, Depends(the_helpline)],
    team: Annotated[Code | None, Query()] = None,
) -> Response:
    """Shows the day so far: of the person's own team first, of `team`, or of all."""
    now = helpline.clock.now()
    watched, capacities, volumes, campaigns = await asyncio.gather(
        helpline.excursions.campaigns(),
        helpline.capacities.all(),
        helpline.volumes.of_all(*day_bounds(now)),
        helpline.register.campaigns(),
    )
    forecasts = [each.forecast for each in watched]
    standings = {each.name: each.standing for each in watched}
    teams = teams_of(forecasts, capacities, volumes)
    own = visit.person.team if visit.person.team in teams_of(forecasts, capacities, ()) else None
    shown = own if team is None else team if team in teams else None
    day = helpline_day(now, shown, forecasts, capacities, volumes)
    return look.page(
        "helpline/helpline.html",
        visit,
        day=day,
        now=now,
        teams=[ALL, *teams],
        shown=shown or ALL,
        titles={each.reference: each.title for each in campaigns},
        strips={each.campaign: each for each in strips(campaigns, standings, today(helpline.clock))},
        unshared=[each.campaign for each in forecasts if not each.teams] if shown else [],
        chart=chart_of(day),
    )


def chart_of(day: HelplineDay) -> Chart:
    """Returns the chart of a day by quarter of an hour."""
    series = [
        Series("Contacts that came", "columns", [each.contacts for each in day.quarters]),
        Series("Forecast", "other", [each.expected for each in day.quarters]),
        Series("What can be taken", "limit", [each.capacity for each in day.quarters]),
    ]
    can = "nobody has said what can be taken" if day.capacity is None else f"{number(day.capacity)} can be taken"
    return Chart(
        title="Contacts by quarter of an hour",
        told=f"{number(day.contacts)} came so far, {number(day.by_now)} were expected by now; "
        f"{number(day.whole_day)} are expected today, and {can}",
        labels=[time_of_day(each.begins) for each in day.quarters],
        series=series,
    )
