"""Capacities over HTTP: read by all who plan, set by the team. Setting that of the team X needs `capacity:write` and
`teams:X`, or `teams:all`.
"""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.planner.callers import SeenVersion
from services.planner.capacity.capacity import (
    CapacityChange,
    CapacityFile,
    FiledCapacity,
    KeptCapacity,
    Setter,
    expect_reviewer,
    expect_seen,
    replaced,
)
from services.planner.capacity.ports import CapacityRepository
from shared.clock import Clock
from shared.errors import Invalid, NotFound, Problem
from shared.principal import Principal
from shared.values import Code
from shared.web.callers.access import allowed
from shared.web.dependencies import part

router = APIRouter(prefix="/v1/capacity", tags=["capacity"])
Setting = Annotated[Principal, Depends(allowed("capacity:write"))]
Looking = Annotated[
    Principal, Depends(allowed("campaigns:read", "campaigns:write", "campaigns:approve", "capacity:write"))
]
Capacities = Annotated[CapacityRepository, Depends(part(CapacityRepository))]
Time = Annotated[Clock, Depends(part(Clock))]


@router.get("")
async def everything(_caller: Looking, capacities: Capacities) -> list[KeptCapacity]:
    """Returns the capacity of every team that has said it, with who set it, when and why."""
    return list(await capacities.all())


@router.put("")
async def load(body: CapacityFile, caller: Setting, capacities: Capacities, clock: Time) -> list[KeptCapacity]:
    """Sets the capacities of a reviewed file, all of them or none."""
    for each in body.teams:
        _expect_speaks_for(caller, each.team)
    expect_reviewer(body, caller.subject)
    by = Setter(by=caller.subject, at=clock.now(), reason=body.reason, reviewed_by=body.reviewed_by)
    changes = {each.team: partial(_from_file, each, by) for each in body.teams}
    return list(await capacities.replace(changes))


@router.get("/{team}")
async def one(team: Code, _caller: Looking, capacities: Capacities, response: Response) -> KeptCapacity:
    """Returns the capacity of one team; its version is the ETag."""
    kept = await capacities.one(team)
    if kept is None:
        raise NotFound(f"nobody has said the capacity of {team}")
    return _tagged(kept, response)


@router.put("/{team}")
async def say(
    team: Code,
    body: CapacityChange,
    caller: Setting,
    capacities: Capacities,
    clock: Time,
    seen: SeenVersion,
    response: Response,
) -> KeptCapacity:
    """Sets the capacity of one team, all of it. Needs If-Match once there is one."""
    _expect_speaks_for(caller, team)
    if body.capacity.team != team:
        raise Invalid("this is another team", Problem("capacity.team", "same-team", f"the address is that of {team}"))
    by = Setter(by=caller.subject, at=clock.now(), reason=body.reason)

    def change(present: KeptCapacity | None) -> KeptCapacity:
        return replaced(present, body.capacity, expect_seen(present, seen), by)

    (kept,) = await capacities.replace({team: change})
    return _tagged(kept, response)


@router.get("/{team}/versions")
async def versions(team: Code, _caller: Looking, capacities: Capacities) -> list[KeptCapacity]:
    """Returns every version of a team's capacity, oldest first."""
    return list(await capacities.versions(team))


def _from_file(filed: FiledCapacity, by: Setter, present: KeptCapacity | None) -> KeptCapacity:
    return replaced(present, filed.of_team, filed.replaces, by)


def _expect_speaks_for(caller: Principal, team: str) -> None:
    caller.expect(f"teams:{team}", "teams:all")


def _tagged(kept: KeptCapacity, response: Response) -> KeptCapacity:
    response.headers["ETag"] = f'"{kept.version}"'
    return kept
