"""Pages of capacity: what every team can take, and the form with which a team says it. They work without scripts."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.planner.capacity.capacity import KeptCapacity, Setter, replaced
from services.planner.capacity.ports import CapacityRepository
from services.planner.capacity.typed import as_typed, changed_facts, read_capacity, teams_spoken_for
from services.planner.forecast.helplines.capacity import TeamCapacity
from shared.clock import Clock
from shared.errors import Problem, Stale
from shared.values import Code
from shared.web.dependencies import part
from shared.web.site.forms import Form
from shared.web.site.look import TheLook, error_list
from shared.web.site.visitors import Posted, Visit, posting, visiting

TEMPLATES = Path(__file__).parent / "templates"
CHANGED = "Somebody changed this capacity since you opened it. Look at what is different, then save again"
STALE = 409
MOST_DIGITS = 8
Setting = Annotated[Visit, Depends(visiting("capacity:write"))]
Sent = Annotated[Posted, Depends(posting("capacity:write"))]
Capacities = Annotated[CapacityRepository, Depends(part(CapacityRepository))]
Time = Annotated[Clock, Depends(part(Clock))]

router = APIRouter(prefix="/capacity", include_in_schema=False)


@router.get("")
async def everything(visit: Setting, capacities: Capacities, look: TheLook, done: Code | None = None) -> Response:
    """Shows what every team can take."""
    said = {each.capacity.team: each for each in await capacities.all()}
    own = teams_spoken_for(visit.person.scopes, said)
    teams = sorted({*said, *own})
    return look.page("capacity/capacities.html", visit, teams=teams, said=said, own=own, done=done)


@router.get("/{team}")
async def one(team: Code, visit: Setting, capacities: Capacities, look: TheLook) -> Response:
    """Shows the form, with what the team can take now."""
    visit.person.expect(f"teams:{team}", "teams:all")
    draft = await visit.draft()
    return _form(look, visit, team, await capacities.one(team), draft, kept=draft is not None)


@router.post("/{team}")
async def say(team: Code, posted: Sent, capacities: Capacities, look: TheLook, clock: Time) -> Response:
    """Keeps the capacity in place of the version that the person has seen."""
    posted.person.expect(f"teams:{team}", "teams:all")
    form, visit = posted.form, posted.visit
    capacity, problems = read_capacity(team, form.text)
    if capacity is None:
        return _form(look, visit, team, await capacities.one(team), form, 422, problems)
    by = Setter(by=posted.person.subject, at=clock.now(), reason=form.text("reason"))
    try:
        await capacities.replace({team: partial(_replaced, capacity=capacity, seen=_seen(form), by=by)})
    except Stale:
        return await _stale(look, visit, form, capacity, capacities)
    await visit.forget_draft(form.page)
    return RedirectResponse(f"/capacity?done={team}", HTTP_303_SEE_OTHER)


async def _stale(look: TheLook, visit: Visit, form: Form, capacity: TeamCapacity, kept: Capacities) -> Response:
    """Returns the form with what is there now beside what the person saw."""
    team = capacity.team
    present, versions = await kept.one(team), await kept.versions(team)
    seen = next((each.capacity for each in versions if each.version == _seen(form)), None)
    different = changed_facts(seen, present.capacity) if present else []
    return _form(look, visit, team, present, form, STALE, [Problem("", "stale", CHANGED)], different=different)


def _replaced(present: KeptCapacity | None, capacity: TeamCapacity, seen: int, by: Setter) -> KeptCapacity:
    """Returns the next version. A form that comes twice finds that there is already what it says."""
    if present is not None and present.capacity == capacity:
        return present
    return replaced(present, capacity, seen, by)


def _form(
    look: TheLook,
    visit: Visit,
    team: str,
    present: KeptCapacity | None,
    typed: Form | None,
    status: int = 200,
    problems: Sequence[Problem] = (),
    **shown: object,
) -> Response:
    version = present.version if present else 0
    values = {
        "team": team,
        "saved": present,
        "typed": typed or Form(as_typed(present.capacity if present else TeamCapacity(team=team, contacts=0))),
        "errors": error_list(problems, look.words(visit)),
        "version": version if typed is None or status == STALE else _seen(typed),
    }
    return look.page("capacity/capacity.html", visit, status, **values, **shown)


def _seen(form: Form) -> int:
    """Returns the version that the form was filled in after, 0 for none."""
    text = form.text("version")
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0
